package listing

import (
	"html"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// element writes an element, with a class or not, and without the end tag if
// that may be missing and the layout is loose.
func (l layout) element(name, class, content string) string {
	if name == "" {
		return content
	}
	open := name
	if l.classes {
		open += ` class="` + class + `"`
	}
	if l.loose {
		switch name {
		case "p", "li", "dt", "dd", "td", "th", "tr":
			return "<" + open + ">" + content + "\n"
		}
	}
	return "<" + open + ">" + content + "</" + name + ">"
}

// text writes text as a page may: with entities, odd white space, decomposed
// letters and soft hyphens.
func (l layout) text(text string) string {
	if l.chance(10) {
		text = norm.NFD.String(text)
	}
	text = html.EscapeString(text)
	switch l.IntN(8) {
	case 0:
		text = strings.ReplaceAll(text, " the ", "\n\t the ")
	case 1:
		text = strings.NewReplacer("“", "&ldquo;", "”", "&#8221;", "–", "&ndash;", "&#34;", "\"").Replace(text)
	case 2:
		text = strings.NewReplacer("mission", "mis&shy;sion", "of the", "of&nbsp;the").Replace(text)
	case 3:
		text = " " + text + " \n"
	}
	return text
}

// link writes a link to the release.
func (l layout) link(t truth, content string) string {
	return `<a href="` + html.EscapeString(t.href) + `">` + content + `</a>`
}

// part writes one part of a row; "" if the release has none.
func (l layout) part(p part, t truth) string {
	switch p {
	case picture:
		if l.shape == cards {
			return l.element(l.wrapper, "image", `<img src="/i.jpg" alt="A photo">`)
		}
		return l.element(l.wrapper, "image", l.link(t, pick(l.dice, `<img src="/i.jpg" alt="A photo">`, `<img src="/i.jpg">`, `<picture><img src=/i.jpg alt="Where we are: Vienna"></picture>`)))
	case kickerPart:
		if t.category.text == "" {
			return ""
		}
		return l.element(pick(l.dice, l.wrapper), "kicker", t.category.text)
	case titlePart:
		return l.titleOf(t)
	case datePart:
		return l.field(date, "when", []string{l.date(t)})
	case typePart:
		return l.field(category, "type", l.names([]shown{t.category}))
	case officePart:
		return l.field(office, "office", l.names(t.offices))
	case topicPart:
		return l.field(topic, "topic", l.names(t.topics))
	case summaryPart:
		if l.bare {
			return ""
		}
		return l.element(l.wrapper, "text", l.summary(t))
	case asidePart:
		return l.element(l.wrapper, "aside", l.aside)
	}
	return l.element(l.wrapper, "more", l.link(t, pick(l.dice, "Read more", "read more …", "<span>More »</span>", "Full story")))
}

func (l layout) titleOf(t truth) string {
	if l.shape == terms {
		l.shape, l.wrapper = flat, ""
		return l.element("dt", "name", l.titleOf(t))
	}
	text := l.text(t.title)
	if l.chance(20) && !strings.Contains(text, "&") {
		if at := strings.LastIndexByte(text, ' '); at > 0 {
			text = text[:at] + " <em>" + text[at+1:] + "</em>"
		}
	}
	switch {
	case l.shape == cards && l.title == headingInLink:
		return l.element(l.heading, "name", text)
	case l.shape == cards:
		return l.element(l.wrapper, "name", text)
	case l.title == linkInHeading && l.shape != lines:
		return l.element(l.heading, "name", l.link(t, text))
	case l.title == headingInLink && l.shape != lines:
		return l.link(t, l.element(l.heading, "name", text))
	case l.title == headingOnly && l.shape != lines:
		return l.element(l.heading, "name", text)
	}
	return l.element(l.wrapper, "name", l.link(t, text))
}

func (l layout) date(t truth) string {
	text := t.day.Format(l.dateForm)
	if l.chance(20) {
		text = strings.ReplaceAll(text, " ", "&nbsp;")
	}
	if l.timed {
		return `<time datetime="` + t.day.Format(pick(l.dice, "2006-01-02", "2006-01-02T09:00:00Z")) + `">` + text + `</time>`
	}
	return text
}

func (l layout) summary(t truth) string {
	text := l.text(t.summary)
	if l.chance(15) && !strings.Contains(text, "&") {
		text = strings.Replace(text, "participants", `<strong>participants</strong>`, 1)
		text = strings.Replace(text, "judges", pick(l.dice, `<i>judges</i>`, `<em>judges</em>`), 1)
		if l.shape != cards {
			text = strings.Replace(text, "mayors", `<a href="/mayors">mayors</a>`, 1)
		}
	}
	if l.shape == boxed && l.title == linkInHeading {
		text = strings.Replace(text, "an earlier statement", `<a href="/node/123456">an earlier statement</a>`, 1)
	}
	if l.more && l.chance(30) && l.shape != cards {
		text += " " + l.link(t, pick(l.dice, "Read more", "More…"))
	}
	return text
}

// names writes the names of one kind as elements of a value.
func (l layout) names(list []shown) []string {
	var out []string
	for _, s := range list {
		if s.text != "" {
			name := html.EscapeString(s.text)
			if l.chance(10) {
				name = strings.Replace(name, " ", "&nbsp;", 1)
			}
			out = append(out, name)
		}
	}
	return out
}

// value joins names.
func (l layout) value(k kind, names []string) string {
	if k == date || len(names) == 0 {
		return strings.Join(names, "")
	}
	switch l.joined {
	case "links", "spans", "list":
		for i, name := range names {
			switch {
			case l.joined == "spans":
				names[i] = "<span>" + name + "</span>"
			case l.joined == "links" || l.joined == "list" && l.chance(50):
				names[i] = `<a href="` + pick(l.dice, "/press-releases?filters=im_taxonomy_vid_1%3A(24)", "/odihr", "/taxonomy/term/127") + `">` + name + `</a>`
			}
		}
		if l.joined == "list" {
			return "<ul>" + l.each("li", names) + "</ul>"
		}
		return strings.Join(names, ", ")
	}
	return strings.Join(names, l.joined)
}

func (l layout) each(name string, list []string) string {
	var out strings.Builder
	for _, item := range list {
		out.WriteString(l.element(name, "item", item))
	}
	return out.String()
}

// field writes a label with its value.
func (l layout) field(k kind, class string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	label, value := l.labels[k], l.value(k, names)
	switch l.style {
	case ownInline:
		tag := pick(l.fixed(), "b", "strong", "span", "em", "label")
		return l.element(l.wrapper, class, l.inlineLabel(tag, label, value))
	case ownBlock:
		pair := l.element("div", "label", label+pick(l.fixed(), "", ":")) + l.element("div", "value", value)
		if l.fixed().chance(50) {
			return pair
		}
		return l.element(l.wrapper, class, pair)
	case termPair:
		pair := l.element("dt", class, label+pick(l.fixed(), "", ":")) + l.element("dd", class, value)
		return l.element(pick(l.fixed(), "", "", "div"), class, pair)
	case cellPair:
		return l.element("tr", class, l.element("th", class, label+pick(l.fixed(), "", ":"))+l.element("td", class, value))
	case oneLine:
		if l.fixed().chance(50) {
			return l.inlineLabel("b", label, value)
		}
		return label + ": " + value
	}
	return l.element(l.wrapper, class, label+pick(l.fixed(), ": ", ":&nbsp;", " : ", ":")+value)
}

func (l layout) inlineLabel(tag, label, value string) string {
	open, end := "<"+tag+">", "</"+tag+">"
	switch l.fixed().IntN(6) {
	case 0:
		return open + label + ":" + end + " " + value
	case 1:
		return open + label + end + ": " + value
	case 2:
		return open + label + end + " " + value
	case 3:
		return open + label + ":&nbsp;" + end + value
	case 4:
		return open + label + end + "<i>" + value + "</i>"
	}
	return open + label + end + " <i>" + value + "</i>"
}
