package feed

import (
	"slices"
	"time"

	"communique/store"
)

// Detail is what is known about a feed, for pages.
type Detail struct {
	Feed Feed
	// Formats are the documents to subscribe to.
	Formats []Link
	// Newest are the releases of the live document, newest first.
	Newest []store.Release
	// Archives are the newest archive documents, newest first: as many as a page
	// shows, and one more if there are more. All that there are hold, together
	// with the live document, every release.
	Archives []Archive
	// Months are how many releases there are of each month, newest first, from
	// the newest release to the first, months without one too. Nobody counts
	// those of combined and saved feeds.
	Months []Month
	// Companions are the combined feeds of this feed and one other tag that
	// hold something, those with most releases first. A feed of everything has
	// none, nor has one that is combined or saved itself.
	Companions []Companion
	// Static says that the page is for a folder of files, where there are
	// neither combined feeds, so no Companions, nor pages of releases.
	Static bool
}

// Link is one form of a feed.
type Link struct {
	// Name is what people call it, such as "JSON Feed".
	Name      string
	MediaType string
	// URL is absolute, Path is what it has below the base address.
	URL, Path string
}

// Archive is a period that the archive of a feed has documents for.
type Archive struct {
	// Title is the period for people, such as "May 2019".
	Title string
	// Path has no suffix.
	Path     string
	Releases int
}

// Month is how much was published in one.
type Month struct {
	Year     int
	Month    time.Month
	Releases int
}

// Companion is a combined feed of two tags, by the one that it adds.
type Companion struct {
	Kind     store.Kind
	Tag      store.Tag
	Releases int
	// Path has no suffix.
	Path string
}

// Detail reads what is known about a feed. It depends on the store and on
// nothing else; what a feed of Catalogue or Feed says of itself may be older
// than the rest.
func (p *Press) Detail(f Feed) (Detail, error) {
	r, known := p.room(f.Newsroom.Name)
	if !known {
		return Detail{}, &NoDocumentError{Path: f.Path()}
	}
	e, err := p.live(r, f)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{Feed: f, Newest: e.releases, Static: p.static}
	for i := range d.Newest {
		d.Newest[i] = cleaned(d.Newest[i])
	}
	for n, form := range formats() {
		d.Formats = append(d.Formats, Link{form.name, form.mediaType, e.address(n), f.Path() + form.suffix})
	}
	if !f.archived() {
		return d, nil
	}
	s, err := p.shelf(r, f)
	if err != nil {
		return Detail{}, err
	}
	if d.Archives, err = s.list(); err != nil {
		return Detail{}, err
	}
	d.Months = s.months()
	if !p.static {
		d.Companions, err = p.companions(r, f)
	}
	return d, err
}

// cleaned returns a release without what no document may hold.
func cleaned(r store.Release) store.Release {
	r.Title, r.Summary, r.Type.Name = legal(r.Title), legal(r.Summary), legal(r.Type.Name)
	r.Offices, r.Topics = slices.Clone(r.Offices), slices.Clone(r.Topics)
	for _, list := range [][]store.Tag{r.Offices, r.Topics} {
		for i := range list {
			list[i].Name = legal(list[i].Name)
		}
	}
	return r
}

// list returns the newest periods of the archive, newest first. One that is
// spread over several documents stands there as a whole, but for that which is
// running.
func (s *shelf) list() ([]Archive, error) {
	var list []Archive
	if len(s.periods) == 0 {
		return nil, nil
	}
	running, err := s.spread(0)
	if err != nil {
		return nil, err
	}
	add := func(of period, releases int) {
		list = append(list, Archive{of.title(), s.feed.Path() + below(of.name()), releases})
	}
	for j, of := range running.periods {
		if j > 0 {
			add(of, running.counts[j])
		}
	}
	for _, of := range s.periods[1:] {
		if len(list) > pagePeriods {
			break
		}
		add(of, s.releases(of))
	}
	return list, nil
}

// months returns how many releases there are of each month.
func (c *calendar) months() []Month {
	var list []Month
	for _, d := range c.days {
		of := d.day()
		for len(list) > 0 {
			last := &list[len(list)-1]
			if last.Year == of.Year && last.Month == of.Month {
				break
			}
			before := time.Date(last.Year, last.Month-1, 1, 0, 0, 0, 0, time.UTC)
			list = append(list, Month{Year: before.Year(), Month: before.Month()})
		}
		if len(list) == 0 {
			list = append(list, Month{Year: of.Year, Month: of.Month})
		}
		list[len(list)-1].Releases += int(d.releases)
	}
	return list
}
