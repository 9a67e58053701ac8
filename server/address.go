package server

import (
	"net/url"
	"path"
	"strings"
)

// longestPath is above what a combined feed can need: three kinds of tag,
// twenty slugs of each, 80 letters a slug.
const longestPath = 6 << 10

// documentPath returns the path of the document that u asks for, and false
// when u is not written in the one form that is served: absolute, without
// empty, "." or ".." segments, without a trailing slash, and with its slashes
// in the open. "%61" for "a" is the same address (RFC 3986, section 6.2.2.2),
// and so is "%2B" for "+"; "%2F" for "/" is another one. The query is ignored.
func documentPath(u *url.URL) (string, bool) {
	name := u.Path
	switch {
	case name == "/":
		return "/index.html", true
	case !strings.HasPrefix(name, "/"), len(name) > longestPath, path.Clean(name) != name:
		return "", false
	case u.RawPath != "" && strings.Count(u.RawPath, "/") != strings.Count(name, "/"):
		return "", false
	}
	return name, true
}
