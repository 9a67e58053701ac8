package feed

import (
	_ "embed"
	"fmt"
	"path"
	"strconv"

	"communique/store"
)

// How much a feed's page shows.
const (
	pageReleases   = 20
	pageTags       = 12  // of a release
	pageCompanions = 50  // of a kind
	pagePeriods    = 360 // of the archive
	longTitle      = 70  // characters that are too many for the largest letters
)

var (
	//go:embed page_feed.html
	feedPageText string

	feedPageTemplate = newPage("feed", feedPageText)
)

// feedPage is what the template of a feed's page shows.
type feedPage struct {
	Head            head
	Index           string
	Title, Subtitle string
	Long            bool
	Releases        string
	Day, Newest     string    // for machines and for people, "" if there is none
	Lang            string    // of what the newsroom wrote, if it is not the page's own
	Tags            []pageTag // what a combined feed is about
	Formats         []Link
	Chart           *chart
	Entries         []pageEntry
	Companions      []pageCompanion
	Years           []pageYear
	Earlier         string
	Home, Host      string
}

type pageEntry struct {
	Day, Shown, URL, Title string
	Tags                   []pageTag
	Details                string // the release's own page, "" where there is none
}

type pageTag struct{ Name, Lang, Href string }

// writePage renders the page of a feed.
func writePage(_ string, d Detail) ([]byte, error) {
	f := d.Feed
	at := f.Path() + pageSuffix
	page := feedPage{
		Head:     newHead(f.Title(), f.Subtitle()),
		Index:    relative(at, indexPath),
		Title:    f.Title(),
		Subtitle: f.Subtitle(),
		Long:     len(f.Title()) > longTitle,
		Lang:     foreign(f.Newsroom.Language),
		Releases: amount(f),
		Tags:     pageTagsOf(f.Newsroom, at, f.tags),
		Formats:  d.Formats,
		Chart:    newChart(d.Months),
		Home:     f.Newsroom.Home,
		Host:     hostOf(f.Newsroom.Home),
	}
	if len(d.Newest) > 0 {
		page.Day, page.Newest = shownDay(store.DayOf(d.Newest[0].Published))
	}
	for _, link := range d.Formats {
		page.Head.Alternates = append(page.Head.Alternates, alternate{f.Title() + " (" + link.Name + ")", link.MediaType, link.URL})
	}
	for _, release := range d.Newest[:min(pageReleases, len(d.Newest))] {
		page.Entries = append(page.Entries, newPageEntry(f.Newsroom, at, release, !d.Static))
	}
	if !d.Static {
		page.Companions = newPageCompanions(at, d.Companions)
	}
	page.Years, page.Earlier = newPageYears(at, d.Archives)
	return execute(feedPageTemplate, page)
}

// shownDay writes a day for machines and for people.
func shownDay(day store.Day) (machines, people string) {
	return day.String(), day.Noon().Format("2 Jan 2006")
}

func newPageEntry(n Newsroom, at string, r store.Release, details bool) pageEntry {
	e := newEntry(n, r)
	shown := pageEntry{URL: e.url, Title: e.title, Tags: pageTagsOf(n, at, e.tags)}
	shown.Day, shown.Shown = shownDay(r.Day)
	if details {
		shown.Details = relative(at, releasePath(n, r.Key))
	}
	return shown
}

// tagPath returns the path of a tag's feed, without a suffix.
func tagPath(n Newsroom, kind store.Kind, slug string) string {
	return "/" + n.Name + "/" + string(kind) + "/" + slug
}

// pageTagsOf links an entry's tags to their feeds' pages, but for the page
// itself.
func pageTagsOf(n Newsroom, at string, tags []tag) []pageTag {
	var list []pageTag
	for _, t := range tags[:min(pageTags, len(tags))] {
		if to := tagPath(n, t.kind, t.slug) + pageSuffix; to != at {
			list = append(list, pageTag{t.name, foreign(n.Language), relative(at, to)})
		}
	}
	return list
}

// pageCompanion lists the feeds that a feed can be narrowed to by one kind.
type pageCompanion struct {
	ID, Title, More string
	Pairs           []pagePair
}

type pagePair struct{ Name, Href, Releases string }

func newPageCompanions(at string, companions []Companion) []pageCompanion {
	var list []pageCompanion
	for _, kind := range store.Kinds() {
		shown := pageCompanion{ID: string(kind), Title: "With these " + string(kind)}
		all := 0
		for _, c := range companions {
			if c.Kind != kind {
				continue
			}
			if all++; all <= pageCompanions {
				shown.Pairs = append(shown.Pairs, pagePair{c.Tag.Label(), relative(at, c.Path+pageSuffix), grouped(c.Releases)})
			}
		}
		if all > pageCompanions {
			shown.More = fmt.Sprintf("The %d of %s with the most releases.", pageCompanions, grouped(all))
		}
		if all > 0 {
			list = append(list, shown)
		}
	}
	return list
}

// pageYear lists the archive's documents of a year, or those of years in a row
// that have one document each.
type pageYear struct {
	Name    string
	Periods []pagePeriod
}

type pagePeriod struct{ Name, Href string }

// newPageYears groups the newest documents of an archive, and says what is not
// among them.
func newPageYears(at string, archives []Archive) (years []pageYear, earlier string) {
	format := formats()[atomFormat]
	for _, a := range archives[:min(pagePeriods, len(archives))] {
		of, ok := parsePeriod(path.Base(a.Path))
		if !ok {
			continue
		}
		name := strconv.Itoa(of.oldest.Year)
		if of.span == year {
			name = "Years"
		}
		if len(years) == 0 || years[len(years)-1].Name != name {
			years = append(years, pageYear{Name: name})
		}
		last := &years[len(years)-1]
		last.Periods = append(last.Periods, pagePeriod{of.short(), relative(at, a.Path+format.suffix)})
	}
	if len(archives) > pagePeriods {
		earlier = "Each document links to the one before it, back to the first release."
	}
	return years, earlier
}

// short names a period for people who know its year, unless it is all of one.
func (p period) short() string {
	from := p.oldest.Noon()
	switch p.span {
	case year:
		return from.Format("2006")
	case month:
		return from.Format("Jan")
	case third:
		return fmt.Sprintf("%d–%d %s", p.oldest.Day, p.newest.Day, from.Format("Jan"))
	case part:
		return fmt.Sprintf("%s (%d)", from.Format("2 Jan"), p.number)
	}
	return from.Format("2 Jan")
}
