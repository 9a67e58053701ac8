package main

import (
	"fmt"
	"strings"
)

// roff is a man page in the making, in the macros of man(7). All text that
// comes in is text, never a request of roff's.
type roff struct{ strings.Builder }

// macro writes a macro with its arguments.
func (p *roff) macro(name string, arguments ...string) {
	p.WriteString("." + name)
	for _, argument := range arguments {
		p.WriteString(` "` + strings.ReplaceAll(roffText(argument), `"`, `\(dq`) + `"`)
	}
	p.WriteByte('\n')
}

// line writes a line of running text.
func (p *roff) line(text string) {
	text = roffText(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, `\(aq`) {
		text = `\&` + text
	}
	p.WriteString(text + "\n")
}

// item writes a tagged paragraph.
func (p *roff) item(tag, text string) {
	p.WriteString(".TP\n")
	p.macro("B", tag)
	p.line(text)
}

// prose writes paragraphs that are parted by empty lines, the first one right
// after the title before it. Lines that begin with a space are kept as they are.
func (p *roff) prose(text string) {
	parted, kept := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if line == "" {
			parted = true
			continue
		}
		switch keep := line[0] == ' '; {
		case keep && !kept:
			p.WriteString(".PP\n.RS 4\n.nf\n")
		case kept && !keep:
			p.WriteString(".fi\n.RE\n.PP\n")
		case parted:
			p.WriteString(".PP\n")
		}
		parted, kept = false, line[0] == ' '
		p.line(line)
	}
	if kept {
		p.WriteString(".fi\n.RE\n")
	}
}

// roffText escapes what roff would not print as it stands.
func roffText(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\\':
			b.WriteString(`\e`)
		case r == '-':
			b.WriteString(`\-`)
		case r == '\'':
			b.WriteString(`\(aq`)
		case r == '`':
			b.WriteString(`\(ga`)
		case r == '^':
			b.WriteString(`\(ha`)
		case r == '~':
			b.WriteString(`\(ti`)
		case r < ' ':
			b.WriteByte(' ')
		case r > '~':
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
