package feed

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"

	"golang.org/x/text/language"

	"communique/store"
)

// Room pairs what feeds say of a newsroom with the store of its releases.
type Room struct {
	Newsroom Newsroom
	Store    *store.Newsroom
}

// Press renders the tree of documents from the stores. Its methods may be
// called from any goroutine.
type Press struct {
	base   string
	limits Limits
	rooms  []room
}

type room struct {
	Room
	scale scale
}

// NewPress returns a press for the tree that is published under base, an
// absolute http or https address without query and fragment.
func NewPress(base string, limits Limits, rooms ...Room) (*Press, error) {
	address, err := parseBase(base)
	if err != nil {
		return nil, err
	}
	if limits.Releases < 1 || limits.Days < 0 || limits.Bytes < 1 {
		return nil, fmt.Errorf("limits of a feed: want at least 1 release, 0 days and 1 byte, not %d, %d and %d",
			limits.Releases, limits.Days, limits.Bytes)
	}
	if len(rooms) == 0 {
		return nil, errors.New("there is no newsroom to make feeds of")
	}
	p := &Press{base: address, limits: limits}
	for _, r := range rooms {
		if err := p.enter(r); err != nil {
			return nil, fmt.Errorf("newsroom %q: %w", r.Newsroom.Name, err)
		}
	}
	return p, nil
}

// segment is a newsroom's name: one segment of a path, and of a file's.
var segment = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

func (p *Press) enter(r Room) error {
	r.Newsroom.Title = legal(r.Newsroom.Title)
	if err := check(r); err != nil {
		return err
	}
	for _, other := range p.rooms {
		if other.Newsroom.Name == r.Newsroom.Name {
			return errors.New("there are two of that name")
		}
	}
	scale, err := newScale(r.Newsroom, p.base)
	if err != nil {
		return err
	}
	p.rooms = append(p.rooms, room{r, scale})
	return nil
}

func check(r Room) error {
	n := r.Newsroom
	home, homeErr := url.Parse(n.Home)
	_, languageErr := language.Parse(n.Language)
	switch {
	case r.Store == nil:
		return errors.New("it has no store")
	case !segment.MatchString(n.Name):
		return errors.New("want a name of small letters, digits, - and _")
	case n.Title == "":
		return errors.New("it has no title")
	case homeErr != nil || home.Scheme != "http" && home.Scheme != "https" || home.Host == "":
		return fmt.Errorf("its home %q is no absolute http or https address", n.Home)
	case languageErr != nil:
		return fmt.Errorf("its language %q is no BCP 47 tag: %w", n.Language, languageErr)
	case n.IDPrefix == "":
		return errors.New("it has no prefix for ids")
	}
	return nil
}

// Version grows whenever a document may have changed, and costs next to
// nothing to ask for.
func (p *Press) Version() uint64 {
	var sum uint64
	for _, r := range p.rooms {
		sum += r.Store.Version()
	}
	return sum
}

// VersionOf returns the version of one document by one look into an index:
// equal numbers mean equal bytes. The error wraps ErrNoDocument where there is
// none.
func (p *Press) VersionOf(path string) (uint64, error) {
	if path == "/" || path == indexPath || path == opmlPath {
		return p.Version(), nil
	}
	place, err := p.find(path)
	if err != nil {
		return 0, err
	}
	feed, err := place.room.feed(place.query)
	return feed.Version, err
}

// Render returns one document by its path; "/" is the page of feeds. The error
// wraps ErrNoDocument where there is none.
func (p *Press) Render(path string) (Document, error) {
	switch path {
	case "/", indexPath:
		return p.list(writeIndex)
	case opmlPath:
		return p.list(writeOPML)
	}
	place, err := p.find(path)
	if err != nil {
		return Document{}, err
	}
	feed, err := place.room.feed(place.query)
	if err != nil {
		return Document{}, err
	}
	edition, err := p.edition(place.room, feed)
	if err != nil {
		return Document{}, err
	}
	return place.format.render(edition)
}

// All yields every document once, feeds.opml and index.html last, and stops at
// the first error. It reads each feed once for its three formats and holds no
// more than one feed at a time.
func (p *Press) All(yield func(Document) error) error {
	for _, r := range p.rooms {
		feeds, err := r.catalogue()
		if err != nil {
			return err
		}
		for _, feed := range feeds {
			if err := p.issue(r, feed, yield); err != nil {
				return err
			}
		}
	}
	for _, path := range []string{opmlPath, indexPath} {
		document, err := p.Render(path)
		if err != nil {
			return err
		}
		if err := yield(document); err != nil {
			return err
		}
	}
	return nil
}

// issue yields the documents of one feed.
func (p *Press) issue(r room, f Feed, yield func(Document) error) error {
	edition, err := p.edition(r, f)
	if err != nil {
		return err
	}
	for _, format := range formats() {
		document, err := format.render(edition)
		if err != nil {
			return err
		}
		if err := yield(document); err != nil {
			return err
		}
	}
	return nil
}
