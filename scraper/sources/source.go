// Package sources holds the newsrooms that Communique knows how to read.
//
// A Source is data: where the listing is, the words that label its fields, the
// names that it uses, how it writes dates and addresses. Load reads one from
// YAML and refuses what can't be; Builtin has those that come with the program,
// Folder those of an operator's own.
package sources

import (
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Source describes one newsroom. Treat it as constant once loaded.
type Source struct {
	Name     string        `yaml:"name"`     // first segment of every address of its feeds
	Title    string        `yaml:"title"`    // what people call it
	Language string        `yaml:"language"` // BCP 47
	ZoneName string        `yaml:"zone"`     // IANA name of the zone in which its days are meant
	IDPrefix string        `yaml:"id"`       // begins the tag: URI (RFC 4151) of each release
	Delay    time.Duration `yaml:"delay"`    // between two requests, 10s if it is left out; robots.txt may ask for more
	Schedule string        `yaml:"schedule"` // when serve collects: cron, in UTC; "" for twice an hour

	Listing   Listing   `yaml:"listing"`
	Addresses Addresses `yaml:"addresses"`
	Filters   Filters   `yaml:"filters"`
	Labels    Labels    `yaml:"labels"`
	Hints     Hints     `yaml:"hints"`
	Dates     []string  `yaml:"dates"`    // layouts of package time, the likeliest first
	Months    []string  `yaml:"months"`   // 12, each the words for one, divided by spaces; English ones if left out
	Weekdays  []string  `yaml:"weekdays"` // 7 from Monday on, likewise
	Closed    []string  `yaml:"closed"`   // marks behind the name of an office that ended
	Aliases   Aliases   `yaml:"aliases"`
	Types     []string  `yaml:"types"` // names known beforehand: they settle where one ends
	Offices   []string  `yaml:"offices"`
	Topics    []string  `yaml:"topics"`

	zone *time.Location
	key  *regexp.Regexp
	text []byte
}

// Listing says where the listing is and how to turn its pages.
type Listing struct {
	URL   string            `yaml:"url"`
	Query map[string]string `yaml:"query"` // sent with the first page
	Page  string            `yaml:"page"`  // parameter with the page's number, from 0
	Full  int               `yaml:"full"`  // rows of a page that is not the last, at least
}

// Filters say how the listing is asked for the releases of one office or topic
// alone, which it may tell even where a row doesn't.
type Filters struct {
	Parameter string `yaml:"parameter"` // of the query, holding filters joined by spaces; "" if the listing has none
	Until     string `yaml:"until"`     // filter by date, {day} being the last day that is asked for, YYYY-MM-DD
	Offices   Filter `yaml:"offices"`
	Topics    Filter `yaml:"topics"`
}

// Filter is how the listing is filtered by one kind of tag: FIELD:(ID).
type Filter struct {
	Field string            `yaml:"field"`
	IDs   map[string]string `yaml:"ids"` // those known beforehand, and the name that each asks for
}

// Addresses says which links lead to releases, and what identifies one.
type Addresses struct {
	Host   string   `yaml:"host"`   // written into stored addresses
	Within string   `yaml:"within"` // domain that a release's host must be in
	Same   []string `yaml:"same"`   // other names of Host
	Query  string   `yaml:"query"`  // parameter that is a part of a release's address; the others are left out
	Key    string   `yaml:"key"`    // regular expression on the path, with ?QUERY=… behind it; its first group is the key
	Not    []string `yaml:"not"`    // paths below which there are no releases
}

// Labels are the words that a person sees beside a value, without the colon.
type Labels struct {
	Date   []string `yaml:"date"`
	Office []string `yaml:"office"`
	Topic  []string `yaml:"topic"`
	Type   []string `yaml:"type"`
	More   []string `yaml:"more"` // texts of links that are no titles
	Next   []string `yaml:"next"` // texts of links to the next page
}

// Aliases map an older name to the name of today.
type Aliases struct {
	Offices map[string]string `yaml:"offices"`
	Topics  map[string]string `yaml:"topics"`
	Types   map[string]string `yaml:"types"`
}

// Text returns what the source was loaded from.
func (s *Source) Text() []byte { return s.text }

// Zone returns the zone in which the listing's days are meant.
func (s *Source) Zone() *time.Location { return s.zone }

// ID mints the identity of the release with a key.
func (s *Source) ID(key string) string { return s.IDPrefix + "release/" + key }

// First returns the address of the listing's first page.
func (s *Source) First() *url.URL {
	u, _ := url.Parse(s.Listing.URL) // compile parsed it before
	u.Host = strings.TrimSuffix(strings.ToLower(u.Host), map[string]string{"http": ":80", "https": ":443"}[u.Scheme])
	return u
}

// Place returns what of an address tells one release from another: its path, and of
// its query the parameter that belongs to it.
func (s *Source) Place(u *url.URL) (path, query string) {
	path = strings.TrimRight(u.Path, "/")
	if name := s.Addresses.Query; name != "" && u.RawQuery != "" {
		if value := u.Query().Get(name); value != "" {
			query = url.Values{name: {value}}.Encode()
		}
	}
	return path, query
}

// Key returns what identifies the release at a place, "" if none is there.
func (s *Source) Key(path, query string) string {
	for _, not := range s.Addresses.Not {
		if path == not || strings.HasPrefix(path, not+"/") {
			return ""
		}
	}
	if query != "" {
		path += "?" + query
	}
	if m := s.key.FindStringSubmatch(path); m != nil {
		return m[1]
	}
	return ""
}

// Host returns the host under which an address of the newsroom is stored, ""
// if the host is not the newsroom's.
func (s *Source) Host(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, same := range s.Addresses.Same {
		if host == same {
			return s.Addresses.Host
		}
	}
	if host == s.Addresses.Host || strings.HasSuffix(host, "."+s.Addresses.Within) {
		return host
	}
	return ""
}
