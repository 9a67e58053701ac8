package feed

import (
	"fmt"
	"testing"
	"time"

	"communique/store"
)

// BenchmarkIssue publishes a tree: all of it, nothing since nothing changed, and
// what a new release changes. Each time the press is new, as it is in another
// process. The last two should not depend on how many releases are stored.
func BenchmarkIssue(b *testing.B) {
	for _, n := range []int{1000, 4000} {
		newsroom := newStore(b)
		releases := sampled(n)
		fillStore(b, newsroom, releases)
		kept := map[string]uint64{}
		issue := func(wanted func(string, uint64) bool) (documents, bytes int) {
			err := newPress(b, newsroom).Issue(wanted, func(d Document, err error) error {
				kept[d.Path] = d.Version
				documents, bytes = documents+1, bytes+len(d.Body)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
			return documents, bytes
		}
		changed := func(path string, version uint64) bool { return kept[path] != version }
		b.Run(fmt.Sprintf("everything of %d", n), func(b *testing.B) {
			documents, bytes := 0, 0
			for b.Loop() {
				documents, bytes = issue(func(string, uint64) bool { return true })
			}
			b.ReportMetric(float64(documents), "documents")
			b.ReportMetric(float64(bytes)/1e6, "MB")
		})
		b.Run(fmt.Sprintf("nothing of %d", n), func(b *testing.B) {
			for b.Loop() {
				issue(changed)
			}
		})
		added := 0
		b.Run(fmt.Sprintf("one new of %d", n), func(b *testing.B) {
			documents := 0
			for b.Loop() {
				b.StopTimer()
				added++
				r := newRelease(fmt.Sprint("new-", added), "Title", "Summary.", store.Day{Year: 2024, Month: time.December, Day: 16})
				r.Type, r.Topics = store.Tag{Name: "News"}, tags("Policing")
				put(b, newsroom, r)
				b.StartTimer()
				documents, _ = issue(changed)
			}
			b.ReportMetric(float64(documents), "documents")
		})
	}
}
