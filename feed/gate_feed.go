package feed

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// holding is an element whose text passes all checks.
func holding(checks ...func(string) error) *element {
	return &element{check: func(n *node) error {
		for _, check := range checks {
			if err := check(n.text); err != nil {
				return err
			}
		}
		return nil
	}}
}

// instant checks that a text is an instant that is over.
func instant(layout string, limit time.Time) func(string) error {
	return func(s string) error { return instantIn(layout, s, limit) }
}

// farFuture is no limit for instants.
func farFuture() time.Time { return time.Unix(1<<40, 0) }

func empty(s string) error {
	if s != "" {
		return errors.New("it has text")
	}
	return nil
}

// having checks an attribute of an element.
func having(name string, checks ...func(string) error) func(*node) error {
	return func(n *node) error {
		for _, check := range checks {
			if err := check(n.attribute(name)); err != nil {
				return err
			}
		}
		return nil
	}
}

// allOf runs one check after the other.
func allOf(checks ...func(*node) error) func(*node) error {
	return func(n *node) error {
		for _, check := range checks {
			if err := check(n); err != nil {
				return err
			}
		}
		return nil
	}
}

// atomRules are those of RFC 4287, of RFC 5005, section 4, and of RFC 6721, as
// far as our documents go.
func atomRules(self string, limit time.Time) rules {
	ids, updates := unique{}, unique{}
	then, text := instant(time.RFC3339Nano, limit), holding(notBlank)
	return rules{
		root:   "feed",
		spaces: map[string]string{"": atomSpace, "dcterms": termSpace, "fh": pastSpace, "at": goneSpace},
		elements: map[place]*element{
			{"", "feed"}: {
				once:       []string{"title", "id", "updated", "author", "generator", "subtitle"},
				optional:   []string{"fh:archive"},
				many:       []string{"entry", "link", "category", "at:deleted-entry"},
				last:       "entry",
				attributes: []string{"xmlns", "xml:lang"},
				check:      archiveLinks,
			},
			{"", "entry"}: {
				once:     []string{"title", "id", "updated", "published", "author"},
				optional: []string{"summary", "dcterms:issued"},
				many:     []string{"link", "category"},
				check:    oneAlternate,
			},
			{"", "title"}: text, {"", "subtitle"}: text, {"", "generator"}: text, {"", "summary"}: text, {"", "name"}: text,
			{"", "author"}:         {once: []string{"name"}},
			{"", "id"}:             holding(absolute),
			{"entry", "id"}:        holding(absolute, ids.add),
			{"", "updated"}:        holding(then),
			{"entry", "updated"}:   holding(then, updates.add),
			{"", "published"}:      holding(then),
			{"", "dcterms:issued"}: holding(instant(time.DateOnly, farFuture())),
			{"", "link"}:           {attributes: []string{"rel", "href"}, check: linkRule(self)},
			{"", "category"}:       {attributes: []string{"term", "scheme"}, check: having("scheme", absolute)},
			{"", "fh:archive"}:     holding(empty),
			{"", "at:deleted-entry"}: {
				attributes: []string{"ref", "when"},
				check:      allOf(having("ref", absolute, ids.add), having("when", then)),
			},
		},
	}
}

// linkRule checks a link of a feed or an entry, and notes its relation in the
// element around it.
func linkRule(self string) func(*node) error {
	return func(n *node) error {
		relation, href := n.attribute("rel"), n.attribute("href")
		if relation == "self" && href != self {
			return fmt.Errorf("the document links to itself at %q, but is at %q", href, self)
		}
		n.parent.children = append(n.parent.children, "@"+relation)
		return webAddress(href)
	}
}

// oneAlternate checks that the first link of an entry is its page, and no other.
func oneAlternate(n *node) error {
	first := slices.IndexFunc(n.children, func(s string) bool { return strings.HasPrefix(s, "@") })
	if n.count("@alternate") != 1 || n.children[first] != "@alternate" {
		return errors.New("want one link to the page, before any other")
	}
	return nil
}

// archiveLinks checks the relations of a feed's links: to itself once, and those
// of an archive where one is.
func archiveLinks(n *node) error {
	isArchive := n.count("fh:archive")
	for _, want := range []struct {
		relation    string
		least, most int
	}{{"self", 1, 1}, {"current", isArchive, isArchive}, {"prev-archive", 0, 1}, {"next-archive", 0, isArchive}} {
		if c := n.count("@" + want.relation); c < want.least || c > want.most {
			return fmt.Errorf("it has %d links with rel=%s", c, want.relation)
		}
	}
	return nil
}

// rssRules are those of RSS 2.0 and of the RSS Advisory Board's profile, as far
// as our documents go.
func rssRules(self string, limit time.Time) rules {
	ids, updates := unique{}, unique{}
	then, text, page := instant(rssLayout, limit), holding(notBlank), holding(webAddress)
	return rules{
		root:   "rss",
		spaces: map[string]string{"atom": atomSpace, "dc": coreSpace, "dcterms": termSpace, "fh": pastSpace},
		elements: map[place]*element{
			{"", "rss"}: {once: []string{"channel"}, attributes: []string{"version"}},
			{"", "channel"}: {
				once:     []string{"title", "link", "description", "language", "lastBuildDate", "generator", "docs"},
				optional: []string{"ttl", "fh:archive"},
				many:     []string{"item", "atom:link", "category"},
				last:     "item",
				check:    archiveLinks,
			},
			{"", "item"}: {
				once:     []string{"title", "link", "guid", "pubDate", "dc:creator", "atom:updated"},
				optional: []string{"description", "dcterms:issued"},
				many:     []string{"category"},
			},
			{"", "title"}: text, {"", "description"}: text, {"", "generator"}: text, {"", "language"}: text, {"", "ttl"}: text,
			{"", "dc:creator"}: text, {"", "link"}: page, {"", "docs"}: page,
			{"", "lastBuildDate"}:  holding(then),
			{"", "pubDate"}:        holding(then),
			{"", "dcterms:issued"}: holding(instant(time.DateOnly, farFuture())),
			{"", "atom:updated"}:   holding(instant(time.RFC3339Nano, limit), updates.add),
			{"", "guid"}:           {attributes: []string{"isPermaLink"}, check: func(n *node) error { return errors.Join(absolute(n.text), ids.add(n.text)) }},
			{"", "category"}:       {attributes: []string{"domain"}, check: having("domain", absolute)},
			{"", "atom:link"}:      {attributes: []string{"rel", "href"}, check: linkRule(self)},
			{"", "fh:archive"}:     holding(empty),
		},
	}
}

// opmlRules are those of OPML 2.0 for a list of subscriptions.
func opmlRules() rules {
	return rules{root: "opml", elements: map[place]*element{
		{"", "opml"}:         {once: []string{"head", "body"}, attributes: []string{"version"}},
		{"", "head"}:         {once: []string{"title", "dateModified"}},
		{"", "title"}:        holding(notBlank),
		{"", "dateModified"}: holding(instant(rssLayout, farFuture())),
		{"", "body"}:         {many: []string{"outline"}},
		{"", "outline"}: {many: []string{"outline"}, attributes: []string{"text", "title"}, check: func(n *node) error {
			if n.attribute("type") == "" {
				return nil
			}
			return errors.Join(webAddress(n.attribute("xmlUrl")), webAddress(n.attribute("htmlUrl")))
		}},
	}}
}
