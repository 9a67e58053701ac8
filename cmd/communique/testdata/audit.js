// Returns what is wrong with the page as it stands, one sentence each: what
// WCAG 2.2 AA wants that a machine can see, and no scrolling sideways.
(() => {
  const wrong = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (e) => `${e.tagName.toLowerCase()} “${(e.textContent || e.id).trim().slice(0, 40)}”`;
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".skip, .unseen");

  const rgba = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const luminance = ({ r, g, b }) => {
    const linear = [r, g, b].map((c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour.a == 1) return colour;
    }
    return { r: 255, g: 255, b: 255 };
  };

  let texts = 0;
  for (const e of all("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType == 3 && n.data.trim());
    if (!own || !shown(e)) continue;
    texts++;
    const style = getComputedStyle(e);
    const colour = rgba(e.namespaceURI.endsWith("svg") ? style.fill : style.color);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = contrast(colour, behind(e));
    if (ratio < (large ? 3 : 4.5)) wrong.push(`${name(e)} has a contrast of ${ratio.toFixed(2)}`);
    if (size < 12) wrong.push(`${name(e)} is ${size} pixels high`);
  }
  if (texts < 10) wrong.push(`only ${texts} texts are shown`);

  for (const e of all("a, button, input")) {
    if (!shown(e)) continue;
    const label = e.getAttribute("aria-label") || (e.labels && [...e.labels].map((l) => l.textContent).join("")) || e.textContent;
    if (!label.trim()) wrong.push(`${name(e)} has no name`);
    const visible = e.textContent.trim();
    if (e.hasAttribute("aria-label") && !e.getAttribute("aria-label").includes(visible)) wrong.push(`${name(e)} is called otherwise`);
    const box = e.getBoundingClientRect();
    if (e.matches("button, input, .formats a, .list div a") && (box.width < 24 || box.height < 24)) wrong.push(`${name(e)} is too small to be hit`);
  }
  for (const e of all("svg")) {
    if (!e.closest("[aria-hidden=true], [role=img][aria-label]")) wrong.push("a picture has no text");
  }
  for (const e of all("section, nav, aside")) {
    const label = e.getAttribute("aria-label") || document.getElementById(e.getAttribute("aria-labelledby"))?.textContent;
    if (!label?.trim()) wrong.push(`a ${e.tagName.toLowerCase()} has no label`);
  }

  const levels = all("h1, h2, h3, h4").map((h) => +h.tagName[1]);
  levels.forEach((level, i) => level > (levels[i - 1] || 0) + 1 && wrong.push(`a heading of level ${level} follows one of ${levels[i - 1] || 0}`));
  if (levels.filter((l) => l == 1).length != 1) wrong.push("there is not one first heading");
  for (const landmark of ["main", "header", "footer"]) {
    if (all(landmark).length != 1) wrong.push(`there is not one ${landmark}`);
  }
  const ids = all("[id]").map((e) => e.id);
  if (new Set(ids).size != ids.length) wrong.push("an id stands twice");
  if (!document.documentElement.lang || !document.title) wrong.push("the page has no language or no title");

  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) wrong.push(`the page is ${scrollWidth} pixels wide in a window of ${clientWidth}`);
  return wrong;
})();
