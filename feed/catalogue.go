package feed

import (
	"cmp"
	"fmt"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"communique/store"
)

// Catalogue returns every feed but the combined ones, newsroom by newsroom:
// everything first, then topics, offices and types, each by name in the
// newsroom's language, then the saved feeds as they were written down.
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
	all, err := r.filing(store.Query{})
	if err != nil {
		return nil, err
	}
	list := []Feed{r.everything(all)}
	for _, kind := range store.Kinds() {
		feeds, err := r.group(kind)
		if err != nil {
			return nil, err
		}
		list = append(list, feeds...)
	}
	for _, saved := range r.Saved {
		f, err := r.savedFeed(saved.Name)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
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
		filing.Tag.Name = legal(filing.Tag.Name)
		list[i] = r.tagged(filing)
	}
	order := collate.New(language.Make(r.Newsroom.Language), collate.IgnoreCase)
	slices.SortFunc(list, func(a, b Feed) int {
		return cmp.Or(order.CompareString(a.Tag.Name, b.Tag.Name), cmp.Compare(a.Query.Slug, b.Query.Slug))
	})
	return list, nil
}
