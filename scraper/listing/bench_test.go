package listing

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// fiftyRows is a page as long as those of the archive: the rows of a page in
// testdata, over and over, each with a key of its own.
func fiftyRows(b *testing.B) []byte {
	b.Helper()
	body, err := os.ReadFile(filepath.Join(pages, "classic.html"))
	if err != nil {
		b.Fatal(err)
	}
	const begin, end = `<div class="search-result-news">`, `</dl><ul class="pager">`
	head, rest, _ := strings.Cut(string(body), begin)
	rows, tail, _ := strings.Cut(rest, end)
	list := strings.Split(rows, begin)
	var page strings.Builder
	page.WriteString(head)
	for i := range 50 {
		page.WriteString(begin + strings.Replace(list[i%len(list)], "/583", fmt.Sprintf("/%d", 700+i), 1))
	}
	page.WriteString(end + tail)
	return []byte(page.String())
}

// BenchmarkRead reads a page, and tells how much more CPU time that takes than
// to parse the page with html.Parse and than to cut it into tokens.
func BenchmarkRead(b *testing.B) {
	body := fiftyRows(b)
	reader := New(osce(b))
	at := reader.source.First()
	read := func() {
		if page, err := reader.Read(body, at, seen); err != nil || len(page.Releases) != 50 {
			b.Fatalf("%d releases, %v", len(page.Releases), err)
		}
	}
	parse := func() {
		if _, err := html.Parse(bytes.NewReader(body)); err != nil {
			b.Fatal(err)
		}
	}
	tokenize := func() {
		for z := html.NewTokenizer(bytes.NewReader(body)); z.Next() != html.ErrorToken; {
		}
	}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		read()
	}
	took := turns(b, read, parse, tokenize)
	b.ReportMetric(slices.Min(took[0]), "cpu-ns/op")
	b.ReportMetric(slices.Min(took[1]), "parse-ns/op")
	b.ReportMetric(medianRatio(took[0], took[1]), "x-parse")
	b.ReportMetric(medianRatio(took[0], took[2]), "x-tokens")
}

// turns returns, for each function, the CPU time in nanoseconds of one call in
// each of some rounds, collection of what the calls leave included. They take
// turns, so that what else the machine does hits them alike.
func turns(b *testing.B, calls ...func()) [][]float64 {
	b.Helper()
	const rounds, times = 30, 40
	took := make([][]float64, len(calls))
	for range rounds {
		for i, call := range calls {
			runtime.GC()
			before := cpuTime(b)
			for range times {
				call()
			}
			took[i] = append(took[i], float64(cpuTime(b)-before)/times)
		}
	}
	return took
}

// medianRatio is the median of how much more one took than the other in a round.
func medianRatio(a, b []float64) float64 {
	list := make([]float64, len(a))
	for i := range a {
		list[i] = a[i] / b[i]
	}
	slices.Sort(list)
	return list[len(list)/2]
}

// cpuTime is what this process has used so far.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
