package feed

import (
	"fmt"
	"strings"
	"time"

	"communique/store"
)

// releasesFolder is the folder of a newsroom's releases.
const releasesFolder = "releases"

// releasePath returns the path of a release's page.
func releasePath(n Newsroom, key string) string {
	return "/" + n.Name + "/" + releasesFolder + "/" + key
}

// record is all that the store knows of a release.
type record struct {
	newsroom Newsroom
	base     string
	release  store.Release
	versions []store.Version // what it said before, newest first
	feeds    []Feed          // that hold it
	changed  time.Time       // when something of it last changed, or later
}

// findRelease finds the page of a release, and its JSON where the key is
// followed by that suffix. The error wraps ErrNoDocument where there is no such
// release, and ErrGone where the newsroom took it back.
//
// Their version is that of the newsroom's store, which moves more often than a
// release does: these documents are read too seldom for a closer look to pay.
func findRelease(p *Press, r room, rest string) (printable, error) {
	key, asJSON := strings.CutSuffix(rest, formats()[jsonFormat].suffix)
	if _, err := readRelease(r, key); err != nil {
		return printable{}, err
	}
	return printable{
		version: func() (uint64, error) { return r.Store.Version(), nil },
		render:  func() (Document, error) { return p.renderRelease(r, key, asJSON) },
	}, nil
}

func (p *Press) renderRelease(r room, key string, asJSON bool) (Document, error) {
	version := r.Store.Version()
	known, err := p.record(r, key)
	if err != nil {
		return Document{}, err
	}
	document := Document{
		Path: releasePath(r.Newsroom, key), MediaType: pageType,
		Modified: modified(known.changed), Version: version,
	}
	write := writeReleasePage
	if asJSON {
		document.Path += formats()[jsonFormat].suffix
		document.MediaType, write = releaseType, writeReleaseJSON
	}
	document.Body, err = write(known)
	return document, err
}

// readRelease reads the release of a key.
func readRelease(r room, key string) (store.Release, error) {
	found, known, err := r.Store.Release(key)
	path := releasePath(r.Newsroom, key)
	switch {
	case err != nil:
		return found, fmt.Errorf("reading %s: %w", path, err)
	case !known:
		return found, &NoDocumentError{Path: path}
	case !found.Withdrawn.IsZero():
		return found, fmt.Errorf("%w: %s was withdrawn", ErrGone, path)
	}
	return found, nil
}

// record reads what the store knows of a release.
func (p *Press) record(r room, key string) (record, error) {
	found, err := readRelease(r, key)
	if err != nil {
		return record{}, err
	}
	versions, err := r.Store.Versions(key)
	if err != nil {
		return record{}, fmt.Errorf("reading %s: %w", releasePath(r.Newsroom, key), err)
	}
	known := record{newsroom: r.Newsroom, base: p.base, release: cleaned(found), versions: versions, changed: found.Updated}
	stems := []string{"/" + r.Newsroom.Name + "/all"}
	for _, kind := range store.Kinds() {
		for _, tag := range found.Tags(kind) {
			stems = append(stems, tagPath(r.Newsroom, kind, tag.Slug))
		}
	}
	for _, stem := range stems {
		f, err := p.Feed(stem)
		if err != nil {
			return record{}, err
		}
		known.feeds = append(known.feeds, f)
		if f.Changed.After(known.changed) {
			known.changed = f.Changed
		}
	}
	for i := range known.versions {
		v := &known.versions[i]
		v.Title, v.Summary, v.Type.Name = legal(v.Title), legal(v.Summary), legal(v.Type.Name)
	}
	return known, nil
}
