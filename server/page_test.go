package server_test

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"communique/server"
)

func TestPageFields(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	style := "style-src 'sha256-" + digest("body{margin:0}") + "'"
	script := "script-src 'sha256-" + digest("filter()") + "'"
	policy := get(t, address, "/").Header.Get("Content-Security-Policy")
	const nothing = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	if want := "default-src 'none'; " + style + "; " + script + "; img-src 'self' data:; " + nothing; policy != want {
		t.Errorf("the policy is %q, want %q", policy, want)
	}
	if got := get(t, address, "/").Header.Get("Referrer-Policy"); got != "no-referrer" {
		t.Errorf("Referrer-Policy is %q", got)
	}
	if got := get(t, address, "/osce/all.atom").Header.Get("Content-Security-Policy"); got != "default-src 'none'; "+nothing {
		t.Errorf("a feed has the policy %q", got)
	}
}

// digest is what a policy calls an element of that text.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func TestPageWithoutStyle(t *testing.T) {
	p := newPress()
	address := start(t, server.New(options(p)))
	for _, body := range []string{
		"<html><body>plain</body></html>",
		"<html><head><style>cut",
		"<html><head></head><body><style>p{}</style><script>steal()</script></body>",
	} {
		p.set("/index.html", htmlType, body)
		if policy := get(t, address, "/").Header.Get("Content-Security-Policy"); strings.Contains(policy, "sha256") {
			t.Errorf("the page %q is allowed something: %s", body, policy)
		}
	}
}
