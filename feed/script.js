// What pages can do without: filtering the list of feeds, and copying addresses.
const all = (selector) => [...document.querySelectorAll(selector)];
const said = document.querySelector("[role=status]");

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No permission, or no secure address: the old way asks for neither.
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

for (const link of all(".formats a:first-child, .list div a:first-child, .address")) {
  const button = document.createElement("button");
  const of = link.closest("li, .all").querySelector("bdi, .name, b");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy the address of " + of.textContent.trim());
  button.onclick = async () => {
    const done = await copy(link.href);
    button.focus();
    button.textContent = done ? "Copied" : "Not copied";
    said.textContent = done ? "Copied " + link.href : "This browser lets no page copy. Please copy the address of the link.";
    setTimeout(() => (button.textContent = "Copy", said.textContent = ""), 4000);
  };
  link.parentNode.append(button);
}

const filter = document.getElementById("filter");
if (filter) {
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const feeds = all(".list li").map((row) => [row, plain(row.querySelector("bdi").textContent)]);
  const show = () => {
    const words = plain(filter.value).split(/\s+/);
    let found = 0;
    for (const [row, name] of feeds) {
      row.hidden = !words.every((word) => name.includes(word));
      found += !row.hidden;
    }
    for (const list of all(".list")) list.closest("section").hidden = !list.querySelector("li:not([hidden])");
    const told = found ? `${found} of ${feeds.length} feeds` : "No feed is called that";
    document.querySelector("output").textContent = filter.value.trim() && told;
  };
  filter.oninput = show;
  filter.onkeydown = (event) => {
    if (event.key == "Escape") filter.value = "", show();
  };
  filter.closest("[role=search]").hidden = false;
  show();
}
