package feed

import (
	_ "embed"
	"slices"
	"time"

	"communique/store"
)

var (
	//go:embed page_release.html
	releasePageText string

	releasePageTemplate = newPage("release", releasePageText)
)

// releasePage is what the template of a release's page shows.
type releasePage struct {
	Head           head
	Index, Feed    string // the page of feeds, and that of the newsroom's feed of everything
	Newsroom, Lang string
	Long           bool
	Title, Summary string
	URL, Host      string
	Day, Shown     string
	Tags           []pageTag
	Facts          []releaseFact
	Former         []string
	Revisions      []revision
	Feeds          []releaseFeed
	JSON, Home     string
}

// releaseFact is a date or a name of a release; Machines is empty if Shown is
// for machines already.
type releaseFact struct{ Name, Machines, Shown string }

// releaseFeed is a feed that the release stands in.
type releaseFeed struct{ Title, Page string }

// revision is what a correction changed.
type revision struct {
	At, Shown string
	Changes   []correction
}

// correction tells one field as it was and as it became.
type correction struct{ Name, Old, New string }

func writeReleasePage(r record) ([]byte, error) {
	n := r.newsroom
	e := newEntry(n, r.release)
	at := releasePath(n, r.release.Key)
	page := releasePage{
		Head:      newHead(e.title, "A release of "+n.Title+", with its former versions and the feeds that hold it."),
		Index:     relative(at, indexPath),
		Feed:      relative(at, r.feeds[0].Path()+pageSuffix),
		Newsroom:  n.Title,
		Lang:      foreign(n.Language),
		Long:      len(e.title) > longTitle,
		Title:     e.title,
		Summary:   e.summary,
		URL:       e.url,
		Host:      hostOf(e.url),
		Tags:      pageTagsOf(n, at, e.tags),
		Facts:     releaseFacts(r),
		Revisions: revisions(r),
		JSON:      relative(at, at+formats()[jsonFormat].suffix),
		Home:      n.Home,
	}
	page.Day, page.Shown = shownDay(r.release.Day)
	page.Head.Alternates = []alternate{{e.title + " (JSON)", releaseType, r.jsonAddress()}}
	for _, former := range r.release.Aliases {
		page.Former = append(page.Former, address(former, n.Home))
	}
	for _, f := range r.feeds {
		page.Feeds = append(page.Feeds, releaseFeed{f.Title(), relative(at, f.Path()+pageSuffix)})
	}
	return execute(releasePageTemplate, page)
}

func releaseFacts(r record) []releaseFact {
	facts := []releaseFact{instantFact("Published", r.release.Published)}
	if len(r.versions) > 0 {
		facts = append(facts, instantFact("Corrected", r.release.Updated))
	}
	return append(facts, instantFact("First seen", r.release.FirstSeen), releaseFact{Name: "Id", Shown: legal(r.release.ID)})
}

func instantFact(name string, t time.Time) releaseFact {
	machines, people := shownInstant(t)
	return releaseFact{name, machines, people}
}

// shownInstant writes an instant for machines and for people.
func shownInstant(t time.Time) (machines, people string) {
	t = t.UTC()
	return t.Format(time.RFC3339), t.Format("2 Jan 2006, 15:04 UTC")
}

// revisions compares each version with the one that replaced it, the newest
// revision first.
func revisions(r record) []revision {
	next := store.Version{
		Title: r.release.Title, Summary: r.release.Summary,
		Type: r.release.Type, Day: r.release.Day,
	}
	var list []revision
	for _, old := range r.versions {
		shown := revision{Changes: corrections(old, next)}
		shown.At, shown.Shown = shownInstant(old.Until)
		list = append(list, shown)
		next = old
	}
	return list
}

func corrections(old, now store.Version) []correction {
	list := []correction{
		{"Title", old.Title, now.Title},
		{"Summary", old.Summary, now.Summary},
		{"Type", old.Type.Name, now.Type.Name},
		{"Day", old.Day.String(), now.Day.String()},
	}
	return slices.DeleteFunc(list, func(c correction) bool { return c.Old == c.New })
}
