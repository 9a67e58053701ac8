package feed

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"communique/store"
)

// SavedFeed is a feed that somebody wrote down, at /NEWSROOM/feeds/NAME. It
// holds the releases that pass Match and do not pass Not.
type SavedFeed struct {
	// Name is the last segment of its path: small letters, digits and hyphens.
	Name string
	// Title is what a reader's list of subscriptions shows.
	Title      string
	Match, Not Filter
}

// Filter says what releases are meant. Offices, Topics and Types are tags by
// slug or by name, whatever its case; a tag that the newsroom never used is
// under no release. Words are words or phrases of the title or the summary,
// whole ones, whatever their case and accents.
//
// As a Match, a release must have one of the values of each kind that is given;
// as a Not, it must have none of all values.
type Filter struct{ Offices, Topics, Types, Words []string }

const (
	savedFolder = "feeds/"
	// maxFilter is how many values of one kind a filter may hold.
	maxFilter = 64
	// maxScan is how many releases are looked at for one document of a saved
	// feed: beyond, releases that would pass are too old to be found.
	maxScan = 20_000
)

// savedName is the name of a saved feed.
var savedName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,79}$`)

// checkSaved refuses feeds that could not be had or that are no choice.
func checkSaved(list []SavedFeed) error {
	seen := map[string]bool{}
	for _, s := range list {
		if err := s.check(); err != nil {
			return fmt.Errorf("saved feed %q: %w", s.Name, err)
		}
		if seen[s.Name] {
			return fmt.Errorf("saved feed %q: there are two of that name; give one of them another", s.Name)
		}
		seen[s.Name] = true
	}
	return nil
}

// Check refuses a feed that could not be had or that is no choice.
func (s SavedFeed) Check() error { return s.check() }

func (s SavedFeed) check() error {
	switch {
	case !savedName.MatchString(s.Name):
		return errors.New("give it a name of at most 80 small letters, digits and hyphens")
	case strings.TrimSpace(legal(s.Title)) == "":
		return errors.New("it has no title; readers show one in their lists")
	case s.Match.empty() && s.Not.empty():
		return errors.New("it would hold everything; name an office, topic, type or word to match, or one not to")
	}
	if err := s.Match.check(); err != nil {
		return fmt.Errorf("match: %w", err)
	}
	if err := s.Not.check(); err != nil {
		return fmt.Errorf("not: %w", err)
	}
	return nil
}

func (f Filter) empty() bool {
	return len(f.Offices)+len(f.Topics)+len(f.Types)+len(f.Words) == 0
}

func (f Filter) check() error {
	lists := map[string][]string{"offices": f.Offices, "topics": f.Topics, "types": f.Types, "words": f.Words}
	for name, list := range lists {
		if len(list) > maxFilter {
			return fmt.Errorf("%s: %d are too many; at most %d are allowed", name, len(list), maxFilter)
		}
		for _, value := range list {
			if strings.TrimSpace(fold(value)) == "" {
				return fmt.Errorf("%s: %q has neither letters nor digits; take it out", name, value)
			}
		}
	}
	return nil
}

// of returns the tags of a kind.
func (f Filter) of(kind store.Kind) []string {
	return map[store.Kind][]string{store.Office: f.Offices, store.Topic: f.Topics, store.Type: f.Types}[kind]
}

// savedFeed returns the saved feed of a name, with its tags as they are filed
// today.
func (r room) savedFeed(name string) (Feed, error) {
	i := slices.IndexFunc(r.Saved, func(s SavedFeed) bool { return s.Name == name })
	if i < 0 {
		return Feed{}, r.gone(name)
	}
	d, err := r.directory()
	if err != nil {
		return Feed{}, err
	}
	saved := r.Saved[i]
	title := legal(saved.Title)
	f := Feed{
		Newsroom: r.Newsroom, Releases: -1, stem: savedFolder + name, title: title,
		subtitle: "Releases of the " + r.Newsroom.Title + " newsroom chosen for “" + title + "”, newest first.",
	}
	members, complete := d.choose(&f, saved.Match)
	not, _ := d.choose(new(Feed), saved.Not)
	f.passes = choice(saved, not)
	if len(members) == 0 || !complete {
		all, err := r.filing(store.Query{})
		if err != nil {
			return Feed{}, err
		}
		members = append(members, all) // whatever a name will lead to, it moves with everything
	}
	f.depend(members...)
	return f, nil
}

// choose files a feed under the tags that a filter names, and returns their
// filings and whether all of them are known. A kind whose tags are all unknown
// is a group of none, under which nothing is.
func (d *directory) choose(f *Feed, filter Filter) (members []store.Filing, complete bool) {
	complete = true
	for _, kind := range store.Kinds() {
		if len(filter.of(kind)) == 0 {
			continue
		}
		var group []store.Query
		for _, value := range filter.of(kind) {
			filing, ok := d.find(kind, value)
			if !ok {
				complete = false
				continue
			}
			members = append(members, filing)
			group = append(group, filing.Query)
			f.tags = append(f.tags, tag{kind, filing.Query.Slug, filing.Tag.Name})
		}
		f.filed = append(f.filed, group)
	}
	return members, complete
}

// choice returns what a release must have beside the tags that a saved feed is
// filed under.
func choice(s SavedFeed, not []store.Filing) func(store.Release) bool {
	var excluded []store.Query
	for _, filing := range not {
		excluded = append(excluded, filing.Query)
	}
	wanted, unwanted := folded(s.Match.Words), folded(s.Not.Words)
	return func(r store.Release) bool {
		if hasOne(excluded, r) {
			return false
		}
		if len(wanted)+len(unwanted) == 0 {
			return true
		}
		texts := []string{fold(r.Title), fold(r.Summary)}
		return (len(wanted) == 0 || mentions(texts, wanted)) && !mentions(texts, unwanted)
	}
}

// mentions reports whether one of the texts has one of the phrases.
func mentions(texts, phrases []string) bool {
	for _, text := range texts {
		for _, phrase := range phrases {
			if strings.Contains(text, phrase) {
				return true
			}
		}
	}
	return false
}

func folded(list []string) []string {
	phrases := make([]string, len(list))
	for i, s := range list {
		phrases[i] = fold(s)
	}
	return phrases
}

// fold returns the words of a text without case and accents, a blank around
// each; " " if it has none.
func fold(s string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
	return words(cases.Fold().String(bare))
}
