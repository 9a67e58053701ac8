package feed

import (
	"fmt"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"communique/store"
)

// parseBase reads the address under which the tree is published, and returns
// it without a slash at the end.
func parseBase(base string) (string, error) {
	u, err := url.Parse(base)
	switch {
	case err != nil:
		return "", fmt.Errorf("reading base address: %w", err)
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return "", fmt.Errorf("base address %q is not absolute: want one like https://feeds.example.org", base)
	case u.User != nil:
		return "", fmt.Errorf("base address for host %q holds a user name: every reader would see it", u.Host)
	case strings.ContainsAny(base, "?#"):
		return "", fmt.Errorf("base address %q has a query or a fragment: want scheme, host and path only", base)
	}
	host, err := idna.Lookup.ToASCII(strings.ToLower(u.Hostname()))
	if err != nil && net.ParseIP(u.Hostname()) == nil {
		return "", fmt.Errorf("base address %q names a host that can't be: %w", base, err)
	}
	if err == nil {
		u.Host = strings.Replace(u.Host, u.Hostname(), host, 1)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	if u.Path != "" && path.Clean(u.Path) != u.Path {
		return "", fmt.Errorf("base address %q has empty or dot segments in its path", base)
	}
	return u.String(), nil
}

// place is where a path leads: a newsroom, a query of it and a format.
type place struct {
	room   room
	query  store.Query
	format format
}

// find reads the path of a feed's document. Whether anything is filed there
// only the store knows.
func (p *Press) find(document string) (place, error) {
	unknown := fmt.Errorf("%w: %q", ErrNoDocument, document)
	stem, suffix := document, path.Ext(document)
	stem = strings.TrimSuffix(stem, suffix)
	formats := formats()
	i := slices.IndexFunc(formats[:], func(f format) bool { return f.suffix == suffix })
	if i < 0 || !strings.HasPrefix(stem, "/") {
		return place{}, unknown
	}
	name, rest, _ := strings.Cut(stem[1:], "/")
	r := slices.IndexFunc(p.rooms, func(r room) bool { return r.Newsroom.Name == name })
	if r < 0 {
		return place{}, unknown
	}
	query, ok := parsePlace(rest)
	if !ok {
		return place{}, unknown
	}
	return place{p.rooms[r], query, formats[i]}, nil
}

// placeOf is what parsePlace reads: a feed's path within its newsroom.
func placeOf(q store.Query) string {
	if q == (store.Query{}) {
		return "all"
	}
	return string(q.Kind) + "/" + q.Slug
}

func parsePlace(s string) (store.Query, bool) {
	if s == placeOf(store.Query{}) {
		return store.Query{}, true
	}
	kind, slug, _ := strings.Cut(s, "/")
	known := slices.Contains(store.Kinds(), store.Kind(kind))
	return store.Query{Kind: store.Kind(kind), Slug: slug}, known && slug != ""
}
