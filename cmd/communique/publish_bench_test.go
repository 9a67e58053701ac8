package main

import (
	"path/filepath"
	"strconv"
	"testing"
)

// BenchmarkPublish publishes the whole newsroom with all its archives: from
// nothing, again with nothing changed, and again with one release more. Each is
// a process of its own, of which the CPU time and the peak memory are told.
func BenchmarkPublish(b *testing.B) {
	data := storedArchive(b)
	folders, out, added := b.TempDir(), "", storedReleases
	publish := func(b *testing.B, prepare func()) {
		var spent usage
		for b.Loop() {
			prepare()
			_, once := spend(b, "communique", "publish", "--data", data, "--out", out, "--base-url", "https://feeds.example.org")
			spent.add(once)
		}
		files, bytes := weigh(b, out)
		b.ReportMetric(spent.cpu.Seconds()/float64(b.N), "cpu-s")
		b.ReportMetric(float64(spent.peak)/1024, "peak-MiB")
		b.ReportMetric(float64(files), "files")
		b.ReportMetric(float64(bytes)/1e6, "MB")
		b.ReportMetric(0, "ns/op")
	}
	b.Run("everything", func(b *testing.B) {
		publish(b, func() { out = filepath.Join(folders, strconv.Itoa(b.N)) })
	})
	b.Run("nothing-new", func(b *testing.B) { publish(b, func() {}) })
	b.Run("one-new", func(b *testing.B) {
		publish(b, func() {
			storeMore(b, data, added, 1)
			added++
		})
	})
}
