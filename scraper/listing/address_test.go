package listing

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// placeOf is the place of a page with some head, found at an address.
func placeOf(t *testing.T, at, head string) place {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	made := new(tree)
	if err := made.parse([]byte(head)); err != nil {
		t.Fatal(err)
	}
	return newPlace(New(osce(t)), u, made)
}

func TestReleaseAddress(t *testing.T) {
	const listing, mirror = "https://www.osce.org/press-releases?page=2", "http://127.0.0.1:8080/press-releases"
	for name, tt := range map[string]struct{ at, head, href, address, key string }{
		"relative to root":   {listing, "", "/odihr/583513", "https://www.osce.org/odihr/583513", "583513"},
		"relative":           {listing, "", "odihr/583513", "https://www.osce.org/odihr/583513", "583513"},
		"no scheme":          {listing, "", "//www.osce.org/odihr/583513", "https://www.osce.org/odihr/583513", "583513"},
		"plain http":         {listing, "", "http://www.osce.org/odihr/583513", "https://www.osce.org/odihr/583513", "583513"},
		"shouted":            {listing, "", "HTTPS://WWW.OSCE.ORG/odihr/583513", "https://www.osce.org/odihr/583513", "583513"},
		"port":               {listing, "", "https://www.osce.org:443/odihr/583513", "https://www.osce.org/odihr/583513", "583513"},
		"bare domain":        {listing, "", "https://osce.org/odihr/583513", "https://www.osce.org/odihr/583513", "583513"},
		"back end":           {listing, "", "https://d6.web.osce.org/odihr/583513", "https://www.osce.org/odihr/583513", "583513"},
		"an office's host":   {listing, "", "https://odihr.osce.org/odihr/583513", "https://odihr.osce.org/odihr/583513", "583513"},
		"node":               {listing, "", "/node/583513", "https://www.osce.org/node/583513", "583513"},
		"language":           {listing, "", "/ru/node/583513", "https://www.osce.org/ru/node/583513", "583513"},
		"deep path":          {listing, "", "/odihr/elections/moldova/583513", "https://www.osce.org/odihr/elections/moldova/583513", "583513"},
		"query and fragment": {listing, "", "/odihr/583513?utm_source=x&page=2#main", "https://www.osce.org/odihr/583513", "583513"},
		"slash at the end":   {listing, "", "/odihr/583513/", "https://www.osce.org/odihr/583513", "583513"},
		"white space":        {listing, "", " \n/odihr/583513 ", "https://www.osce.org/odihr/583513", "583513"},
		"other letters":      {listing, "", "/bălți/583513", "https://www.osce.org/b%C4%83l%C8%9Bi/583513", "583513"},
		"user":               {listing, "", "https://a:b@www.osce.org/odihr/583513", "https://www.osce.org/odihr/583513", "583513"},
		"base":               {listing, `<base href="https://www.osce.org/odihr/">`, "583513", "https://www.osce.org/odihr/583513", "583513"},
		"foreign base":       {listing, `<base href="https://example.net/">`, "/odihr/583513", "", ""},
		"useless base":       {listing, `<base href="mailto:x@example.net">`, "/odihr/583513", "https://www.osce.org/odihr/583513", "583513"},
		"mirror":             {mirror, "", "/odihr/583513", "https://www.osce.org/odihr/583513", "583513"},
		"from mirror":        {mirror, "", "https://odihr.osce.org/x/583513", "https://odihr.osce.org/x/583513", "583513"},
		"copy":               {listing, "", "https://osce.eu.org/odihr/583513", "", ""},
		"other copy":         {listing, "", "https://shhada.ir/odihr/583513", "", ""},
		"alike":              {listing, "", "https://notosce.org/odihr/583513", "", ""},
		"no number":          {listing, "", "/odihr", "", ""},
		"listing":            {listing, "", "/press-releases/2024", "", ""},
		"term":               {listing, "", "/taxonomy/term/127", "", ""},
		"mail":               {listing, "", "mailto:press@osce.org", "", ""},
		"script":             {listing, "", "javascript:void(583513)", "", ""},
		"broken":             {listing, "", "https://[::1/583513", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			address, key := placeOf(t, tt.at, tt.head).release(tt.href)
			if address != tt.address || key != tt.key {
				t.Errorf("release(%q) = %q, %q; want %q, %q", tt.href, address, key, tt.address, tt.key)
			}
		})
	}
}

// TestResolve compares addresses with those that net/url makes.
func TestResolve(t *testing.T) {
	for _, at := range []string{"https://www.osce.org/press-releases?page=2#x", "http://user:pw@127.0.0.1:8080/a/b/?", "https://www.osce.org"} {
		p := placeOf(t, at, "")
		for _, href := range []string{
			"/press-releases?page=1", "/press-releases?", "/a//b?x=%20&y=ü", "/a?b#c", "/a?b c", "/a?b?c", "//x/a?b", "?page=3", "/a%20b?c", "/a/../b?c",
			" /a?b ", "/a?filters=im_taxonomy_vid_1:(6)&page=2", "/ü?a", "/?a", "/a?\n", "/a?%zz",
		} {
			want, err := p.base.Parse(strings.TrimSpace(href))
			if err != nil {
				want = nil
			}
			if diff := cmp.Diff(fmt.Sprint(want), fmt.Sprint(p.resolve(href))); diff != "" {
				t.Errorf("%s at %s (-want +got):\n%s", href, at, diff)
			}
		}
	}
}
