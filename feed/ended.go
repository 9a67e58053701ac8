package feed

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// A feed ends when it, or its newsroom, was written down in the settings and is no
// longer. That of a tag does not: with no release any more it is an empty feed, since one may
// come back tomorrow, and who was told that it ended will not look again.

// gone returns the error for a saved feed that was written down once.
func (r room) gone(name string) error {
	if slices.Contains(r.Ended, name) {
		return fmt.Errorf("%w: the feed %q is kept no longer", ErrGone, name)
	}
	return errNowhere
}

// over returns the error for all that there was of a newsroom that is closed.
func (r room) over() error {
	return fmt.Errorf("%w: the newsroom %q is kept no longer", ErrGone, r.Newsroom.Name)
}

// Ended returns the last document of a feed that is none any more, for a place
// where nobody can answer 410: a valid feed under the same id, with nothing in
// it but the word that it ended. It is false where path is not one that can be
// subscribed to.
func (p *Press) Ended(document string) (d Document, ok bool, err error) {
	a, ok := p.parse(document)
	if !ok {
		return Document{}, false, nil
	}
	form, isForm := formatOf(a.suffix)
	if !isForm || !isStem(a.segments) {
		return Document{}, false, nil
	}
	f := Feed{Newsroom: a.room.Newsroom, Releases: -1, stem: strings.Join(a.segments, "/")}
	name := path.Base(f.stem)
	f.title = legal(f.Newsroom.Title + ": " + cmp.Or(strings.ReplaceAll(name, "-", " "), name))
	f.subtitle = "This feed has ended. Please unsubscribe; the list of all feeds is at " + p.base + "/"
	d, err = form.render(p.newEdition(f), 0)
	return d, err == nil, err
}

// isStem reports whether segments are those of a feed, and of nothing below it.
func isStem(segments []string) bool {
	if len(segments) == 2 && segments[0]+"/" == savedFolder {
		return savedName.MatchString(segments[1])
	}
	c, rest, ok := parseCombination(segments)
	return ok && len(rest) == 0 && (len(c) > 0 || len(segments) == 1)
}
