package feed

import (
	"sync"

	"communique/store"
)

// directory is what the tags of a newsroom are called at one version of its
// store.
type directory struct {
	version uint64
	filings []store.Filing // topics, offices and types, each by slug
	slugs   map[store.Query]int
	names   map[store.Query]int // by folded name in place of the slug
	moved   map[store.Query]store.Query
	former  map[store.Query][]store.Query // the other way round
}

// directories keeps the newest directory of a newsroom.
type directories struct {
	mu   sync.Mutex
	kept *directory
}

// directory returns the newsroom's directory of today.
func (r room) directory() (*directory, error) {
	r.directories.mu.Lock()
	defer r.directories.mu.Unlock()
	version := r.Store.Version() // asked for first: what comes in between is read again
	if kept := r.directories.kept; kept != nil && kept.version == version {
		return kept, nil
	}
	d := &directory{
		version: version,
		slugs:   map[store.Query]int{}, names: map[store.Query]int{},
		moved: map[store.Query]store.Query{}, former: map[store.Query][]store.Query{},
	}
	for _, kind := range store.Kinds() {
		filings, err := r.Store.Filings(kind)
		if err != nil {
			return nil, err
		}
		for _, f := range filings {
			f.Tag.Name = legal(f.Tag.Name)
			d.slugs[f.Query] = len(d.filings)
			d.names[store.Query{Kind: kind, Slug: fold(f.Tag.Name)}] = len(d.filings)
			d.filings = append(d.filings, f)
		}
	}
	moves, err := r.Store.Moves()
	if err != nil {
		return nil, err
	}
	for _, m := range moves {
		d.moved[m.From] = m.To
		d.former[m.To] = append(d.former[m.To], m.From)
	}
	r.directories.kept = d
	return d, nil
}

// find returns the filing of a tag by its slug, a former one too, or by its
// name.
func (d *directory) find(kind store.Kind, value string) (store.Filing, bool) {
	q := store.Query{Kind: kind, Slug: value}
	if to, ok := d.moved[q]; ok {
		q = to
	}
	i, ok := d.slugs[q]
	if !ok {
		i, ok = d.names[store.Query{Kind: kind, Slug: fold(value)}]
	}
	if !ok {
		return store.Filing{}, false
	}
	return d.filings[i], true
}
