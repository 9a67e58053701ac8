package store

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// addressed returns a release at an address of that name.
func addressed(name string) Release {
	return with(made("1"), func(r *Release) { r.URL = "https://example.org/" + name })
}

func TestAliases(t *testing.T) {
	tests := map[string]struct{ shown, want string }{
		"one":             {"a", ""},
		"another":         {"a b", "a"},
		"newest first":    {"a b c d", "c b a"},
		"the same again":  {"a b b b", "a"},
		"one returns":     {"a b a", "b"},
		"an old returns":  {"a b c d b", "d c a"},
		"to and fro":      {"a b a b a b", "a"},
		"20 are kept":     {strings.Join(numbered("a%d", 21), " "), reversed(numbered("a%d", 20))},
		"the oldest goes": {strings.Join(numbered("a%d", 40), " "), reversed(numbered("a%d", 39)[19:])},
		"one of 20 returns": {
			strings.Join(append(numbered("a%d", 21), "a0"), " "), reversed(numbered("a%d", 21)[1:]),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s.db")
			room := openRoomAt(t, path)
			first, _ := one(t, room, addressed("first"))
			if len(first.Aliases) > 0 {
				t.Errorf("aliases from the beginning: %q", first.Aliases)
			}
			var stored Release
			shown := strings.Fields(test.shown)
			for _, name := range shown {
				stored, _ = one(t, room, addressed(name))
			}
			want := append(strings.Fields(test.want), "first")
			want = want[:min(len(want), maxAliases)]
			for i, name := range want {
				want[i] = "https://example.org/" + name
			}
			if diff := cmp.Diff(want, stored.Aliases); diff != "" || stored.URL != "https://example.org/"+shown[len(shown)-1] {
				t.Errorf("now at %s, aliases (-want +got):\n%s", stored.URL, diff)
			}
			if !stored.Updated.Equal(first.Updated) || !stored.Published.Equal(first.Published) || !stored.FirstSeen.Equal(first.FirstSeen) {
				t.Errorf("a date moved: %+v after %+v", stored, first)
			}
			if list, _, err := room.Releases(Query{}, "", 1); err != nil || !cmp.Equal(list[0].Aliases, want) {
				t.Errorf("listed with %q (%v)", list[0].Aliases, err)
			}
		})
	}
}

func reversed(list []string) string {
	slices.Reverse(list)
	return strings.Join(list, " ")
}

// TestAliasesOfNoAddress stores a release without an address first.
func TestAliasesOfNoAddress(t *testing.T) {
	room := openRoom(t)
	for _, url := range []string{"", "https://example.org/a", ""} {
		stored, _ := one(t, room, with(made("1"), func(r *Release) { r.URL = url }))
		if len(stored.Aliases) > 0 {
			t.Errorf("after %q at %q: %q", url, stored.URL, stored.Aliases)
		}
	}
}

// TestAliasesAreTheStores shows that a row can't bring aliases along, and that a
// row of what is known changes no byte.
func TestAliasesAreTheStores(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	room := openRoomAt(t, path)
	one(t, room, addressed("a"))
	moved := with(addressed("b"), func(r *Release) { r.Aliases = []string{"https://example.org/x"} })
	if _, change := one(t, room, moved); change != Refiled {
		t.Errorf("%v, want refiled", change)
	}
	before := contents(t, path)
	stored, change := one(t, room, moved)
	if change != Unchanged || !bytes.Equal(before, contents(t, path)) {
		t.Errorf("%v, or the file changed", change)
	}
	told, err := json.Marshal([]Release{stored, moved, made("2")})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"aliases":["https://example.org/a"],`, `"aliases":["https://example.org/x"],`, `"aliases":[],`} {
		if !strings.Contains(string(told), want) {
			t.Errorf("no %s in %s", want, told)
		}
	}
}
