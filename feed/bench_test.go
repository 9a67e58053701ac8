package feed

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"runtime"
	"testing"
	"time"

	"communique/store"
)

// benchmarkReleases are 50 releases as the newsroom has them.
func benchmarkReleases() []store.Release {
	list := make([]store.Release, 50)
	for i := range list {
		list[i] = seed()[i%7]
		list[i].Key += string(rune('a' + i/7))
		list[i].ID = "tag:osce.org,1999:" + list[i].Key
		for _, tags := range [][]store.Tag{list[i].Offices, list[i].Topics} {
			for j := range tags {
				tags[j].Slug = store.Slug(tags[j].Name)
			}
		}
		list[i].Type.Slug = store.Slug(list[i].Type.Name)
		list[i].Updated = list[i].Published.Add(time.Duration(i) * time.Second)
	}
	return list
}

// BenchmarkEdition turns 50 releases into the three documents of a feed, as
// All does: made ready, cut to size, written. The metric "x-bare" is the time
// that took by the time that encoding/xml and encoding/json take for the same
// structs.
func BenchmarkEdition(b *testing.B) {
	releases := benchmarkReleases()
	scale, err := newScale(osce(), base)
	if err != nil {
		b.Fatal(err)
	}
	frame := editionOf(b, DefaultLimits()).weight
	against(b, "x-bare", func() error {
		e := take(b, scale, frame, DefaultLimits(), releases)
		for _, format := range formats() {
			if _, err := format.write(e); err != nil {
				return err
			}
		}
		return nil
	}, bare(fill(b, scale, DefaultLimits(), releases)))
}

// BenchmarkGate checks the three documents of a feed; "x-write" is the time that
// took by the time that writing them takes.
func BenchmarkGate(b *testing.B) {
	e := editionOf(b, DefaultLimits(), benchmarkReleases()...)
	for _, format := range formats() {
		b.Run(format.name, func(b *testing.B) {
			document, err := format.render(e, 1)
			if err != nil {
				b.Fatal(err)
			}
			write := func() error {
				_, err := format.write(e)
				return err
			}
			against(b, "x-write", func() error { return document.check(base) }, []func() error{write})
		})
	}
}

// BenchmarkRender is BenchmarkEdition for one document at a time, read from the
// store.
func BenchmarkRender(b *testing.B) {
	newsroom := newStore(b)
	put(b, newsroom, benchmarkReleases()...)
	press := newPress(b, newsroom)
	e := editionOf(b, DefaultLimits(), benchmarkReleases()...)
	for i, format := range formats() {
		b.Run(format.name, func(b *testing.B) {
			against(b, "x-bare", func() error {
				_, err := press.Render("/osce/all" + format.suffix)
				return err
			}, bare(e)[i:i+1])
		})
	}
}

// BenchmarkIndex renders the page of feeds.
func BenchmarkIndex(b *testing.B) {
	newsroom := newStore(b)
	put(b, newsroom, benchmarkReleases()...)
	press := newPress(b, newsroom)
	for b.Loop() {
		if _, err := press.Render(indexPath); err != nil {
			b.Fatal(err)
		}
	}
}

// against reports by metric how much more CPU time work takes than the bare
// encoders, collection of what they leave included: the median of some rounds, in
// each of which they take turns, so that both meet the same weather.
func against(b *testing.B, metric string, work func() error, bare []func() error) {
	b.Helper()
	for b.Loop() {
		if err := work(); err != nil {
			b.Fatal(err)
		}
	}
	var ratios []float64
	for range 21 {
		theirs := repeated(b, func() error {
			for _, encode := range bare {
				if err := encode(); err != nil {
					return err
				}
			}
			return nil
		})
		ratios = append(ratios, float64(repeated(b, work))/float64(theirs))
	}
	b.ReportMetric(median(ratios), metric)
}

// repeated is the CPU time of some calls.
func repeated(b *testing.B, call func() error) time.Duration {
	b.Helper()
	runtime.GC()
	before := cpuTime(b)
	for range 40 {
		if err := call(); err != nil {
			b.Fatal(err)
		}
	}
	return cpuTime(b) - before
}

// bare returns for each format what writes the same structs and does nothing
// else.
func bare(e edition) []func() error {
	atom, rss := newAtomFeed(e), newRSSDocument(e)
	items, frame := make([]jsonItem, len(e.entries)), newJSONFrame(e)
	for i, entry := range e.entries {
		frame.fill(&items[i], entry)
	}
	return []func() error{
		atomFormat: func() error { return bareXML(atom) },
		rssFormat:  func() error { return bareXML(rss) },
		jsonFormat: func() error {
			var out bytes.Buffer
			encoder := json.NewEncoder(&out)
			encoder.SetEscapeHTML(false)
			return encoder.Encode(items)
		},
	}
}

func bareXML(document any) error {
	var out bytes.Buffer
	encoder := xml.NewEncoder(&out)
	encoder.Indent("", "  ")
	return encoder.Encode(document)
}
