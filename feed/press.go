package feed

import (
	"errors"
	"fmt"
	"regexp"

	"golang.org/x/text/language"

	"communique/store"
)

// Room pairs what feeds say of a newsroom with the store of its releases, and
// with the feeds that somebody wrote down for it.
type Room struct {
	Newsroom Newsroom
	Store    *store.Newsroom
	Saved    []SavedFeed
	// Ended are the names of saved feeds that there were before.
	Ended []string
	// Closed says that the newsroom is kept no longer: all its feeds have ended.
	Closed bool
}

// Press renders the tree of documents from the stores. Its methods may be
// called from any goroutine.
type Press struct {
	base   string
	limits Limits
	rooms  []room
	closed []room
	memory *memory
	static bool
}

type room struct {
	Room
	scale       scale
	directories *directories
	ledger      *ledger
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
	p := &Press{base: address, limits: limits, memory: newMemory()}
	for _, r := range rooms {
		if err := p.enter(r); err != nil {
			return nil, fmt.Errorf("newsroom %q: %w", r.Newsroom.Name, err)
		}
	}
	if len(p.rooms) == 0 {
		return nil, errors.New("there is no newsroom to make feeds of")
	}
	return p, nil
}

// Static returns a press for a folder of files: its pages link to nothing that
// Issue does not yield, such as combined feeds.
func (p *Press) Static() *Press {
	other := *p
	other.static = true
	return &other
}

// segment is a newsroom's name: one segment of a path, and of a file's.
var segment = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

func (p *Press) enter(r Room) error {
	r.Newsroom.Title = legal(r.Newsroom.Title)
	if err := check(r); err != nil {
		return err
	}
	if _, taken := p.room(r.Newsroom.Name); taken {
		return errors.New("there are two of that name")
	}
	scale, err := newScale(r.Newsroom, p.base)
	if err != nil {
		return err
	}
	list := &p.rooms
	if r.Closed {
		list = &p.closed
	}
	*list = append(*list, room{r, scale, &directories{}, &ledger{}})
	return nil
}

// room returns the newsroom of a name, be it closed.
func (p *Press) room(name string) (room, bool) {
	for _, list := range [][]room{p.rooms, p.closed} {
		for _, r := range list {
			if r.Newsroom.Name == name {
				return r, true
			}
		}
	}
	return room{}, false
}

func check(r Room) error {
	n := r.Newsroom
	_, languageErr := language.Parse(n.Language)
	switch {
	case r.Store == nil:
		return errors.New("it has no store")
	case !segment.MatchString(n.Name):
		return errors.New("want a name of small letters, digits, - and _")
	case n.Title == "":
		return errors.New("it has no title")
	case !isWebAddress(n.Home):
		return fmt.Errorf("its home %q is no absolute http or https address", n.Home)
	case languageErr != nil:
		return fmt.Errorf("its language %q is no BCP 47 tag: %w", n.Language, languageErr)
	case n.IDPrefix == "":
		return errors.New("it has no prefix for ids")
	case n.Hub != "" && !isWebAddress(n.Hub):
		return fmt.Errorf("its hub %q is no absolute http or https address", n.Hub)
	}
	return checkSaved(r.Saved)
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

// VersionOf returns the version of one document, of a live one by a look into an
// index: see Document.Version. The error wraps ErrNoDocument where there is
// none, and is a MovedError where it is at another path; it wraps ErrGone where it
// was taken back or is of a feed that ended.
func (p *Press) VersionOf(path string) (uint64, error) {
	found, err := p.find(path)
	if err != nil {
		return 0, err
	}
	return found.version()
}

// Render returns one document by its path; "/" is the page of feeds. Its errors
// are those of VersionOf, and that of a document which does not keep the rules
// of its format.
func (p *Press) Render(path string) (Document, error) {
	found, err := p.find(path)
	if err != nil {
		return Document{}, err
	}
	return found.render()
}
