package listing

import (
	"net/url"
	"strings"

	"golang.org/x/net/html/atom"

	"communique/scraper/sources"
)

// place is where a page was read: addresses on it are resolved there, and
// those that stay on a mirror are the newsroom's own.
type place struct {
	source *sources.Source
	at     *url.URL // of the page
	base   *url.URL // of the links on it
	home   *url.URL // of the listing at the newsroom itself
	host   string   // under which what lies at the base is stored, "" if that is not the newsroom's
}

func newPlace(r *Reader, at *url.URL, t *tree) place {
	p := place{source: r.source, at: at, base: at, home: r.home}
	for n := range t.nodes {
		if tag := t.nodes[n].tag; tag == atom.Base {
			if href, ok := t.attribute(ref(n), "href"); ok {
				if u, err := at.Parse(strings.TrimSpace(href)); err == nil && isWeb(u) {
					p.base = u
				}
			}
			break
		} else if tag == atom.Body {
			break
		}
	}
	p.host = p.hostOf(p.base)
	return p
}

func isWeb(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// resolve makes a link's address absolute; nil for one that leads nowhere.
func (p place) resolve(href string) *url.URL {
	if path, query, asks := strings.Cut(href, "?"); asks && isPlainPath(path) && isPlainQuery(query) {
		u := *p.base
		u.Path, u.RawPath, u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = path, "", query, query == "", "", ""
		return &u
	}
	u, err := p.base.Parse(strings.TrimSpace(href))
	if err != nil || !isWeb(u) {
		return nil
	}
	return u
}

// release returns the canonical address and the key of the release that a link
// leads to; "" for any other link.
func (p place) release(href string) (address, key string) {
	path, query, host := strings.TrimRight(href, "/"), "", p.host
	if !isPlainPath(href) {
		u := p.resolve(href)
		if u == nil {
			return "", ""
		}
		path, query = p.source.Place(u)
		host = p.hostOf(u)
	}
	if host == "" {
		return "", ""
	}
	if key = p.source.Key(path, query); key == "" {
		return "", ""
	}
	if query == "" && isPlainPath(path) {
		return p.home.Scheme + "://" + host + path, key
	}
	canonical := url.URL{Scheme: p.home.Scheme, Host: host, Path: path, RawQuery: query}
	return canonical.String(), key
}

// hostOf returns the host under which an address is stored, "" if that is not
// the newsroom's: a mirror stands for the host of the listing, and who lists
// releases at a port has them there too.
func (p place) hostOf(u *url.URL) string {
	host := p.source.Host(u.Hostname())
	if host == p.home.Hostname() || host == "" && strings.EqualFold(u.Host, p.at.Host) {
		return p.home.Host
	}
	return host
}

// isPlainPath says that a link is a path from the root that means the same in
// any way of reading it.
func isPlainPath(href string) bool {
	if len(href) < 2 || href[0] != '/' || href[1] == '/' {
		return false
	}
	for i := range len(href) {
		switch c := href[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '/', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}

// isPlainQuery says that all of a text belongs to the query of an address.
func isPlainQuery(text string) bool {
	for i := range len(text) {
		if !isPlain(text[i]) || text[i] == '#' {
			return false
		}
	}
	return true
}

// elsewhere returns the address where the page that a link means is to be read:
// on the mirror if this page was.
func (p place) elsewhere(u *url.URL) *url.URL {
	if strings.EqualFold(u.Host, p.at.Host) {
		return u
	}
	if p.source.Host(u.Hostname()) != p.home.Hostname() {
		return nil
	}
	moved := *u
	moved.Scheme, moved.Host = p.at.Scheme, p.at.Host
	return &moved
}
