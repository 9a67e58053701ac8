package feed

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"communique/store"
)

// Catalogue returns every feed, newsroom by newsroom: everything first, then
// topics, offices and types, each by name in the newsroom's language.
func (p *Press) Catalogue() ([]Feed, error) {
	var list []Feed
	for _, r := range p.rooms {
		feeds, err := r.catalogue()
		if err != nil {
			return nil, err
		}
		list = append(list, feeds...)
	}
	return list, nil
}

func (r room) catalogue() ([]Feed, error) {
	all, err := r.feed(store.Query{})
	if err != nil {
		return nil, err
	}
	list := []Feed{all}
	for _, kind := range store.Kinds() {
		feeds, err := r.group(kind)
		if err != nil {
			return nil, err
		}
		list = append(list, feeds...)
	}
	return list, nil
}

// group returns the feeds of one kind by name.
func (r room) group(kind store.Kind) ([]Feed, error) {
	filings, err := r.Store.Filings(kind)
	if err != nil {
		return nil, fmt.Errorf("listing %s of %s: %w", kind, r.Newsroom.Name, err)
	}
	list := make([]Feed, len(filings))
	for i, filing := range filings {
		list[i] = r.describe(filing)
	}
	order := collate.New(language.Make(r.Newsroom.Language), collate.IgnoreCase)
	slices.SortFunc(list, func(a, b Feed) int {
		return cmp.Or(order.CompareString(a.Tag.Name, b.Tag.Name), cmp.Compare(a.Query.Slug, b.Query.Slug))
	})
	return list, nil
}

// feed looks one feed up; the error wraps ErrNoDocument where there is none.
func (r room) feed(q store.Query) (Feed, error) {
	filing, err := r.Store.Filing(q)
	switch {
	case errors.Is(err, store.ErrNoFiling):
		return Feed{}, fmt.Errorf("%w: /%s/%s", ErrNoDocument, r.Newsroom.Name, placeOf(q))
	case err != nil:
		return Feed{}, fmt.Errorf("looking up %s of %s: %w", placeOf(q), r.Newsroom.Name, err)
	}
	return r.describe(filing), nil
}

func (r room) describe(filing store.Filing) Feed {
	tag := filing.Tag
	tag.Name = legal(tag.Name)
	return Feed{r.Newsroom, filing.Query, tag, filing.Releases, filing.Newest, filing.Version, filing.Changed}
}
