package server

import (
	"net/url"
	"path"
	"regexp"
	"strings"
)

// longestPath is above what a combined feed can need: three kinds of tag,
// twenty slugs of each, 80 letters a slug.
const longestPath = 6 << 10

// privateFolder begins the paths that hold a token: /private/TOKEN/osce/all.atom.
const privateFolder = "/private/"

// target is what a request asks for.
type target struct {
	// token is "" for what everybody may ask for.
	token string
	// path is that of a document, without the token's part.
	path string
}

// targetOf returns what u asks for, and false when u is not written in the one
// form that is served: absolute, without empty, "." or ".." segments, without a
// trailing slash but for that of a root, and with its slashes in the open. "%61"
// for "a" is the same address (RFC 3986, section 6.2.2.2), and so is "%2B" for
// "+"; "%2F" for "/" is another one. The query is ignored.
func targetOf(u *url.URL) (asked target, ok bool) {
	if u.RawPath != "" && strings.Count(u.RawPath, "/") != strings.Count(u.Path, "/") {
		return target{}, false
	}
	asked.path = u.Path
	if rest, private := strings.CutPrefix(u.Path, privateFolder); private {
		if asked.token, asked.path, ok = strings.Cut(rest, "/"); !ok || asked.token == "" {
			return target{}, false
		}
		asked.path = "/" + asked.path
	}
	switch name := asked.path; {
	case name == "/":
		asked.path = "/index.html"
	case !strings.HasPrefix(name, "/"), len(u.Path) > longestPath, path.Clean(name) != name:
		return target{}, false
	}
	return asked, true
}

// tokenLike matches what may be a token: it stands behind /private/, or looks
// like one where a mistyped address has it.
var tokenLike = regexp.MustCompile(`(?i)(/private/+)[^/]*|[A-Za-z0-9_-]{43,}`)

// masked returns a path that may be shown: what may be a token in it is left out.
func masked(path string) string {
	if len(path) < len(privateFolder) {
		return path
	}
	return tokenLike.ReplaceAllString(path, "$1…")
}
