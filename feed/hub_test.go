package feed

import (
	"slices"
	"strings"
	"testing"
)

// TestHub shows that exactly the documents of Topics name the hub, in the words
// of their format.
func TestHub(t *testing.T) {
	newsroom := newStore(t)
	fillStore(t, newsroom, sampled(300))
	n := osce()
	n.Hub = "https://hub.example.org/"
	saved := SavedFeed{Name: "mine", Title: "Mine", Match: Filter{Words: []string{"police"}}}
	press, err := NewPress(base, DefaultLimits(), Room{Newsroom: n, Store: newsroom, Saved: []SavedFeed{saved}})
	if err != nil {
		t.Fatal(err)
	}
	topics, err := press.Topics()
	if err != nil {
		t.Fatal(err)
	}
	names := 0
	pair, err := press.Render("/osce/offices/osce-secretariat/types/news.atom")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range append(all(t, press), pair) {
		body := string(d.Body)
		named := strings.Contains(body, `<link rel="hub" href="https://hub.example.org/">`) ||
			strings.Contains(body, `<atom:link rel="hub" href="https://hub.example.org/">`) ||
			strings.Contains(body, `"hubs":[{"type":"WebSub","url":"https://hub.example.org/"}]`)
		if listed := slices.Contains(topics, d.Path); named != listed || (d.Hub == n.Hub) != listed {
			t.Errorf("%s names the hub: %v, says so: %q, and is a topic: %v", d.Path, named, d.Hub, listed)
		}
		if named {
			names++
		}
	}
	if names != len(topics) || names == 0 {
		t.Errorf("%d documents name the hub, of %d topics", names, len(topics))
	}
	if without, err := newPress(t, newsroom).Topics(); without != nil || err != nil {
		t.Errorf("without a hub the topics are %v, %v", without, err)
	}
	n.Hub = "hub.example.org"
	if _, err := NewPress(base, DefaultLimits(), Room{Newsroom: n, Store: newsroom}); err == nil || !strings.Contains(err.Error(), "hub") {
		t.Errorf("a hub without a scheme: %v", err)
	}
}
