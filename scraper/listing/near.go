package listing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

const (
	often   = 3 // times that words begin a line before they may be a label
	maxNear = 5
)

// nearMisses tells which words that are no labels often begin a line, set off
// from what follows: a label that got another name is among them.
func (p *page) nearMisses() []string {
	count := map[string]int{}
	for i := range p.lines {
		if words := p.leadWords(&p.lines[i]); words != "" {
			count[words]++
		}
	}
	var words []string
	for w, n := range count {
		if n >= often {
			words = append(words, w)
		}
	}
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	words = words[:min(len(words), maxNear)]
	for i, w := range words {
		words[i] = fmt.Sprintf("%d lines begin with %q", count[w], w)
	}
	return words
}

// leadWords returns the few words that a line begins with before a colon, or
// before the end of their element; "" if they are a label, or too many.
func (p *page) leadWords(l *line) string {
	if len(l.runs) == 0 {
		return ""
	}
	words, _, found := strings.Cut(l.text, ":")
	if end := l.runs[0].to; len(words) > end && end < len(l.text) {
		words, found = l.text[:end], true
	}
	words = strings.TrimSpace(words)
	if _, label := p.matchLabel(words, 0); !found || label || len(words) < 3 || len(words) > 40 || len(strings.Fields(words)) > 4 {
		return ""
	}
	return words
}
