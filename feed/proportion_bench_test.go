package feed

import (
	"fmt"
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

	"communique/store"
)

// BenchmarkNewRelease stores one release and renders what is subscribed to and
// changed by it, the pages that show it and the lists of feeds too, as a server
// does whose readers ask for everything. "cpu-ms" is the CPU time of the process
// for all of that, collection of what it leaves included; "x-small" is that time
// by what the same takes with a thousand stored releases, which may be 1.3. It
// looks at 100,000 releases, and at 1,000,000 when TEST_BENCH is "full".
func BenchmarkNewRelease(b *testing.B) {
	sizes := []int{1000, 100_000}
	if os.Getenv("TEST_BENCH") == "full" {
		sizes = append(sizes, 1_000_000)
	}
	archives := make([]*archive, len(sizes))
	for i, n := range sizes {
		archives[i] = newArchive(b, n)
	}
	took := make([][]float64, len(sizes))
	documents := make([]int, len(sizes))
	const turns, times = 9, 5
	for range turns {
		for i, a := range archives {
			before := cpuTime(b)
			for range times {
				a.put(b)
				documents[i] = a.renderChanged(b)
			}
			took[i] = append(took[i], float64(cpuTime(b)-before)/times/float64(time.Millisecond))
		}
	}
	for i, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(took[i]), "cpu-ms")
			b.ReportMetric(float64(documents[i]), "documents")
			b.ReportMetric(median(took[i])/median(took[0]), "x-small")
		})
	}
}

// archive is a store of many releases, and which of its documents were rendered.
type archive struct {
	store *store.Newsroom
	press *Press
	kept  map[string]uint64
	added int
}

// newArchive stores n releases of 27 years. As many of them as in every other
// archive are of the newest 90 days, so that its live documents are as long as
// theirs; the others lie evenly before.
func newArchive(b *testing.B, n int) *archive {
	b.Helper()
	const newest, days, years = 300, 90, 27
	in := newStore(b)
	texts := sampled(min(n, 10_000))
	list := make([]store.Release, n)
	for i := range list {
		age := i * days / newest
		if i >= newest {
			age = days + (i-newest)*(years*365-days)/(n-newest)
		}
		text := texts[i%len(texts)]
		r := newRelease(fmt.Sprint(n-i), text.Title, text.Summary, store.DayOf(newestDay.Noon().AddDate(0, 0, -age)))
		r.Type, r.Offices, r.Topics = text.Type, text.Offices, text.Topics
		list[i] = r
	}
	for page := range slices.Chunk(list, 1000) {
		put(b, in, page...)
	}
	a := &archive{store: in, press: newPress(b, in), kept: map[string]uint64{}}
	a.renderChanged(b)
	return a
}

var newestDay = store.Day{Year: 2024, Month: time.December, Day: 16}

// put stores one release more.
func (a *archive) put(b *testing.B) {
	a.added++
	r := newRelease(fmt.Sprint("new-", a.added), "Mission reports on the crossing points", "What it saw there.", newestDay)
	r.Type, r.Offices, r.Topics = store.Tag{Name: "News"}, tags("OSCE Secretariat"), tags("Policing", "Gender equality")
	put(b, a.store, r)
}

// renderChanged renders the documents that are not archives and have another
// version than when they were rendered last.
func (a *archive) renderChanged(b *testing.B) (documents int) {
	b.Helper()
	feeds, err := a.press.Catalogue()
	if err != nil {
		b.Fatal(err)
	}
	paths := []string{opmlPath, indexPath}
	for _, f := range feeds {
		for _, form := range formats() {
			paths = append(paths, f.Path()+form.suffix)
		}
		paths = append(paths, f.Path()+pageSuffix)
	}
	for _, path := range paths {
		version, err := a.press.VersionOf(path)
		if err != nil {
			b.Fatal(err)
		}
		if a.kept[path] == version {
			continue
		}
		if _, err := a.press.Render(path); err != nil {
			b.Fatal(err)
		}
		a.kept[path] = version
		documents++
	}
	return documents
}

func median(list []float64) float64 { return slices.Sorted(slices.Values(list))[len(list)/2] }

// cpuTime is what this process has used so far.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
