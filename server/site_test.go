package server_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"communique/feed"
	"communique/server"
)

func TestHubLinks(t *testing.T) {
	p := newPress()
	p.alter(all, func(d *feed.Document) { d.Hub = "https://hub.example/" })
	address := start(t, server.New(based(p)))
	want := `<https://hub.example/>; rel="hub", <` + base + all + `>; rel="self"`
	for _, method := range []string{"GET", "HEAD"} {
		if got := ask(t, method, address, all, nil).Header.Get("Link"); got != want {
			t.Errorf("%s: Link is %q, want %q", method, got, want)
		}
	}
	if got := get(t, address, "/osce/topics/policing.atom").Header.Get("Link"); got != "" {
		t.Errorf("a document without a hub has Link %q", got)
	}
}

// What a publisher is told is what readers get.
func TestCurrent(t *testing.T) {
	p := newPress()
	p.alter(all, func(d *feed.Document) { d.Hub = "https://hub.example/" })
	handler := server.New(based(p))
	address := start(t, handler)
	paths, err := handler.Topics()
	if diff := cmp.Diff([]string{all}, paths); diff != "" || err != nil {
		t.Errorf("%v, %s", err, diff)
	}
	for _, text := range []string{"<feed>1</feed>", "<feed>2</feed>"} {
		p.set(all, atomType, text)
		version, tag, err := handler.Current(all)
		if err != nil {
			t.Fatal(err)
		}
		if now, err := handler.VersionOf(all); err != nil || now != version {
			t.Errorf("version %d, then %d, %v", version, now, err)
		}
		if got := get(t, address, all); got.body != text || got.Header.Get("ETag") != tag {
			t.Errorf("%q with %s, want %q with %s", got.body, got.Header.Get("ETag"), text, tag)
		}
	}
	if n := p.rendersOf(all); n != 2 {
		t.Errorf("two versions were rendered %d times", n)
	}
}

func TestCurrentOfABrokenPress(t *testing.T) {
	handler := server.New(options(faulty{newPress()}))
	if _, _, err := handler.Current(all); err == nil || !strings.Contains(err.Error(), "panic at") {
		t.Errorf("Current: %v", err)
	}
	if _, err := handler.VersionOf(all); err == nil || !strings.Contains(err.Error(), "panic at") {
		t.Errorf("VersionOf: %v", err)
	}
}
