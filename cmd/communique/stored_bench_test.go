package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"communique/scraper/sample"
	"communique/store"
)

// storedReleases is how many releases the whole newsroom has.
const storedReleases = 34_000

// storedArchive returns a data folder whose store holds as many releases as the
// whole newsroom, over as many years. A process of its own fills it: what that
// takes is nobody's peak.
func storedArchive(b *testing.B) (data string) {
	b.Helper()
	data = b.TempDir()
	storeMore(b, data, 0, storedReleases)
	return data
}

// storeMore stores releases from a number on, of which 0 is the oldest.
func storeMore(b *testing.B, data string, from, n int) {
	b.Helper()
	spend(b, "archive", "store", data, strconv.Itoa(from), strconv.Itoa(n))
}

// fillArchive is "archive store DATA FROM N".
func fillArchive(data, from, n string) error {
	first, err := strconv.Atoi(from)
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(n)
	if err != nil {
		return err
	}
	db, err := store.Open(filepath.Join(data, "communique.db"), store.Options{})
	if err != nil {
		return err
	}
	room, err := db.Newsroom("osce")
	if err == nil {
		err = putArchive(room, storedList(first, count))
	}
	return errors.Join(err, db.Close())
}

func putArchive(room *store.Newsroom, list []store.Release) error {
	for rows := range slices.Chunk(list, 1000) {
		if _, err := room.Put(store.Page{Releases: rows, Seen: storedNewest.Noon(), Run: 1}); err != nil {
			return err
		}
	}
	return nil
}

var storedNewest = store.Day{Year: 2026, Month: time.September, Day: 30}

// storedList returns the sample newsroom's releases, newest first, spread evenly
// over 27 years.
func storedList(from, n int) []store.Release {
	texts := sample.Releases(storedReleases, storedNewest.Noon())
	list := make([]store.Release, 0, n)
	for number := from + n - 1; number >= from; number-- {
		age := max(0, storedReleases-1-number) * 27 * 365 / storedReleases
		day := store.DayOf(storedNewest.Noon().AddDate(0, 0, -age))
		text, key := texts[number%len(texts)], fmt.Sprint(100_000+number)
		list = append(list, store.Release{
			ID: "tag:osce.org,1999:" + key, Key: key, URL: "https://www.osce.org/node/" + key,
			Title: text.Title, Summary: text.Summary, Day: day, Published: day.Noon(),
			Type: store.Tag{Name: text.Type}, Offices: storedTags(text.Offices), Topics: storedTags(text.Topics),
		})
	}
	return list
}

func storedTags(names []string) []store.Tag {
	list := make([]store.Tag, len(names))
	for i, name := range names {
		list[i] = store.Tag{Name: name}
	}
	return list
}

// weigh returns the number of files below dir and of their bytes.
func weigh(b *testing.B, dir string) (files int, bytes int64) {
	b.Helper()
	err := filepath.WalkDir(dir, func(_ string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		files, bytes = files+1, bytes+info.Size()
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return files, bytes
}
