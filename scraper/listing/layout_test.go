package listing

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"communique/store"
)

var (
	layouts  = flag.Int("layouts", 1000, "how many generated layouts are read")
	fromSeed = flag.Uint64("layout", 0, "seed of the first generated layout")
)

func seeded(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 0))} }

// TestLayouts reads generated pages and compares each field of each release
// with what the page shows.
func TestLayouts(t *testing.T) {
	source := osce(t)
	reader := New(source)
	total := tally{}
	right, all, failed := 0, 0, 0
	for seed := *fromSeed; seed < *fromSeed+uint64(*layouts); seed++ {
		g := generate(seed, source)
		page, err := reader.Read([]byte(g.html), source.First(), seen)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		want, got := expected(g.truths), told(page.Releases)
		total.add(want, got)
		right += agreeing(want, got)
		all += len(want)
		diff := cmp.Diff(want, got)
		if page.Next != g.next {
			diff += "next page: want " + g.next + ", got " + page.Next
		}
		if diff == "" {
			continue
		}
		if failed++; failed <= 3 || testing.Verbose() {
			t.Errorf("seed %d (-want +got):\n%s", seed, diff)
		}
		if failed == 1 {
			t.Logf("the page of seed %d:\n%s", seed, g.html)
		}
	}
	t.Logf("%d layouts tried, %d read right; %d of %d releases right; F1: %s", *layouts, *layouts-failed, right, all, total)
	if failed > 0 {
		t.Errorf("%d layouts were read wrong", failed)
	}
}

// fact is what is compared of one release, each field as a list of words.
type fact map[string][]string

func expected(truths []truth) []fact {
	var list []fact
	for _, t := range truths {
		f := fact{"key": {t.key}, "url": {t.url}, "title": {t.title}, "summary": {t.summary}, "day": {t.day.Format("2006-01-02")}}
		if t.category.text != "" {
			f["type"] = []string{t.category.tag.Label()}
		}
		f.tags("offices", tagsOf(t.offices))
		f.tags("topics", tagsOf(t.topics))
		list = append(list, f)
	}
	return list
}

func tagsOf(list []shown) (tags []store.Tag) {
	for _, s := range list {
		tags = append(tags, s.tag)
	}
	return tags
}

func told(releases []store.Release) []fact {
	var list []fact
	for _, r := range releases {
		f := fact{"key": {r.Key}, "url": {r.URL}, "title": {r.Title}, "summary": {r.Summary}, "day": {r.Day.String()}}
		for _, kind := range store.Kinds() {
			name := map[store.Kind]string{store.Office: "offices", store.Topic: "topics", store.Type: "type"}[kind]
			f.tags(name, r.Tags(kind))
		}
		list = append(list, f)
	}
	return list
}

func (f fact) tags(field string, tags []store.Tag) {
	for _, tag := range tags {
		f[field] = append(f[field], tag.Label())
	}
}

func agreeing(want, got []fact) int {
	n := 0
	for i := range min(len(want), len(got)) {
		if cmp.Equal(want[i], got[i]) {
			n++
		}
	}
	return n
}

// tally counts, for each field, the values that are right, told and wanted.
type tally map[string]*struct{ right, told, wanted float64 }

var fields = []string{"key", "url", "title", "day", "type", "offices", "topics", "summary"}

func (c tally) add(want, got []fact) {
	byKey := map[string]fact{}
	for _, f := range got {
		byKey[f["key"][0]] = f
	}
	for _, field := range fields {
		if c[field] == nil {
			c[field] = &struct{ right, told, wanted float64 }{}
		}
		for _, f := range got {
			c[field].told += float64(len(f[field]))
		}
		for _, f := range want {
			c[field].wanted += float64(len(f[field]))
			for _, value := range f[field] {
				if slices.Contains(byKey[f["key"][0]][field], value) {
					c[field].right++
				}
			}
		}
	}
}

func (c tally) String() string {
	var out []string
	for _, field := range fields {
		n := c[field]
		out = append(out, field+" "+ratio(2*n.right, n.told+n.wanted))
	}
	return strings.Join(out, ", ")
}

func ratio(a, b float64) string {
	if b == 0 {
		return "1.0000"
	}
	return fmt.Sprintf("%.4f", a/b)
}
