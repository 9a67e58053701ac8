package store

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// stored is how many releases the damaged stores have.
const stored = 24

// survey is all that a newsroom tells, each answer by its question.
type survey map[string]any

// ask asks a newsroom for everything. None of the answers may be an error.
func ask(t testing.TB, n *Newsroom) survey {
	t.Helper()
	told := survey{}
	tell := func(question string, answer any, err error) {
		if err != nil {
			t.Errorf("%s: %v", question, err)
			return
		}
		told[question] = answer
	}
	for _, key := range append(numbered("%05d", stored), "hidden") {
		r, found, err := n.Release(key)
		if found || err != nil {
			tell("release "+r.Key, r, err)
			versions, err := n.Versions(r.Key)
			tell("versions of "+r.Key, versions, err)
		}
	}
	moves, err := n.Moves()
	tell("moves", moves, err)
	queries := []Query{{}, Withdrawn, Untold}
	for _, kind := range Kinds() {
		filings, err := n.Filings(kind)
		tell("filings of "+string(kind), filings, err)
		for _, f := range filings {
			queries = append(queries, f.Query)
		}
	}
	for _, q := range queries {
		filing, err := n.Filing(q)
		tell(fmt.Sprint("filing ", q), filing, err)
		list, _, err := n.Releases(q, "", 1000)
		tell(fmt.Sprint("releases of ", q), list, err)
		days, err := n.Calendar(q)
		tell(fmt.Sprint("calendar of ", q), days, err)
		list, _, err = n.Select(Selection{{q}, {{}, Withdrawn}}, "", 1000)
		tell(fmt.Sprint("selection of ", q), list, err)
		topics, err := n.Companions(q, Topic)
		tell(fmt.Sprint("topics of ", q), topics, err)
	}
	changes, _, err := n.Changes("", 1000)
	tell("changes", changes, err)
	end, err := n.Latest()
	tell("latest", end, err)
	return told
}

// probe opens what may be damaged, for reading and then for writing, and wants it
// to hold together: each release is told as it was, or nowhere. Then the lost ones
// are shown again. Nothing of it may end the process.
func probe(t testing.TB, path string, whole survey) (opened bool) {
	t.Helper()
	for _, readOnly := range []bool{true, false} {
		db, err := Open(path, Options{ReadOnly: readOnly})
		if err != nil {
			continue
		}
		opened = true
		db.bolt().NoSync = true
		room := take(t, db)
		wantSound(t, db)
		if room.Version() > 0 { // else its own name was hit, and it is another newsroom
			told := ask(t, room)
			if len(db.Trouble()) == 0 && !reflect.DeepEqual(whole, told) {
				t.Errorf("without a word: %s", cmp.Diff(whole, told))
			}
			lost := compareTold(t, whole, told)
			if len(lost) > 0 && len(db.Trouble()) == 0 {
				t.Errorf("%q are lost without a word", lost)
			}
			if !readOnly {
				showAgain(t, room, whole, lost)
			}
		}
		wantSound(t, db)
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	return opened
}

func wantSound(t testing.TB, db *DB) {
	t.Helper()
	report, err := db.Check()
	if err = errors.Join(err, report.Err()); err != nil {
		t.Errorf("%v: %v", err, report.Damaged)
	}
}

// compareTold wants each release that is told to be as it was, the list of all to
// have them in their order, and the change log to tell each of them. It returns
// those that are told no more.
func compareTold(t testing.TB, whole, told survey) (lost []string) {
	t.Helper()
	var want []Release
	for question, answer := range whole {
		was, ok := answer.(Release)
		if !ok {
			continue
		}
		is, there := told[question].(Release)
		if !there {
			lost = append(lost, was.Key)
		} else if diff := cmp.Diff(unlabelled(was), unlabelled(is)); diff != "" {
			t.Errorf("%s: %s", question, diff)
		}
	}
	slices.Sort(lost)
	all := fmt.Sprint("releases of ", Query{})
	for _, r := range whole[all].([]Release) {
		if !slices.Contains(lost, r.Key) {
			want = append(want, unlabelled(r))
		}
	}
	got, _ := told[all].([]Release)
	got = slices.Clone(got)
	for i, r := range got {
		got[i] = unlabelled(r)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("all: %s", diff)
	}
	changes, _ := told["changes"].([]Changed)
	if n := len(whole["changes"].([]Changed)) - len(lost); len(changes) != n {
		t.Errorf("%d changes, want %d", len(changes), n)
	}
	return lost
}

// unlabelled returns a release without what damage to a tag takes away until the
// listing shows it again.
func unlabelled(r Release) Release {
	plain := func(tag Tag) Tag { return Tag{Slug: tag.Slug} }
	r.Type, r.Offices, r.Topics = plain(r.Type), each(r.Offices, plain), each(r.Topics, plain)
	return r
}

// showAgain puts the lost releases as their listing shows them. They have the
// names and dates that they had.
func showAgain(t testing.TB, room *Newsroom, whole survey, lost []string) {
	t.Helper()
	for _, key := range lost {
		was := whole["release "+key].(Release)
		read := was
		read.Published = was.Day.Publish(noon.Add(48*time.Hour), time.UTC)
		put(t, room, Page{Releases: []Release{read}, Seen: noon.Add(48 * time.Hour)})
		is, found, err := room.Release(key)
		if err != nil || !found || is.ID != was.ID || !is.Published.Equal(was.Published) {
			t.Errorf("%s: %v, %t, %v; it was %v", key, is, found, err, was)
		}
	}
}

// sound returns the bytes of a store that are in use, and what it tells.
func sound(t testing.TB) ([]byte, survey) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sound.db")
	if err := os.WriteFile(path, filled(t, stored), 0o644); err != nil {
		t.Fatal(err)
	}
	room := openRoomAt(t, path)
	one(t, room, with(dated(5), func(r *Release) { r.Title = "Revised" }))
	put(t, room, Page{Releases: []Release{hidden("hidden")}, Seen: noon})
	withdraw(t, room, "00007", noon)
	attach(t, room, Office, "ODIHR", 1, "hidden")
	rename(t, room, Topic, "Topic 1", "Topic 2", true)
	whole := ask(t, room)
	// If the newest meta page is damaged, bbolt goes back by one commit, as
	// after a power cut: let that one not matter.
	if err := room.PutNote("last", []byte("x")); err != nil {
		t.Fatal(err)
	}
	content := contents(t, path)
	m, err := readMeta(bytes.NewReader(content), os.Getpagesize())
	if err != nil {
		t.Fatal(err)
	}
	return content[:int(m.pages)*os.Getpagesize()], whole
}

func TestDamageByOneByte(t *testing.T) {
	t.Parallel()
	content, whole := sound(t)
	random := rand.New(rand.NewPCG(1, 2))
	path := filepath.Join(t.TempDir(), "s.db")
	opened, tries := 0, 100
	for range tries {
		at, bits := random.IntN(len(content)), byte(1<<random.IntN(8))
		damaged := slices.Clone(content)
		damaged[at] ^= bits
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		if probe(t, path, whole) {
			opened++
		}
		if t.Failed() {
			t.Fatalf("by %08b at %d", bits, at)
		}
	}
	t.Logf("%d bytes, %d of %d opened", len(content), opened, tries)
}

// TestDamageOfHeaders hits where the file says how it hangs together: the first
// bytes of every page and of its elements.
func TestDamageOfHeaders(t *testing.T) {
	t.Parallel()
	content, whole := sound(t)
	random := rand.New(rand.NewPCG(3, 4))
	path := filepath.Join(t.TempDir(), "s.db")
	size := os.Getpagesize()
	for range 100 {
		at := random.IntN(len(content)/size)*size + random.IntN(96)
		damaged := slices.Clone(content)
		was := damaged[at]
		damaged[at] = []byte{0, 1, 2, 3, 0x10, 0x7f, 0x80, 0xff}[random.IntN(8)]
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		probe(t, path, whole)
		if t.Failed() {
			t.Fatalf("%#x instead of %#x at %d", damaged[at], was, at)
		}
	}
}

// TestDamageOfMuch overwrites stretches with others of the same file, with
// noise and with zeros.
func TestDamageOfMuch(t *testing.T) {
	t.Parallel()
	content, whole := sound(t)
	random := rand.New(rand.NewPCG(5, 6))
	path := filepath.Join(t.TempDir(), "s.db")
	size := os.Getpagesize()
	for i := range 60 {
		damaged := slices.Clone(content)
		length := []int{8, 64, size}[random.IntN(3)]
		from, to := random.IntN(len(content)-length)/size*size, random.IntN(len(content)-length)
		if length == size {
			to = to / size * size
		}
		switch i % 3 {
		case 0:
			copy(damaged[to:], content[from:from+length])
		case 1:
			for j := range length {
				damaged[to+j] = byte(random.Uint32())
			}
		case 2:
			clear(damaged[to : to+length])
		}
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		probe(t, path, whole)
		if t.Failed() {
			t.Fatalf("%d bytes at %d, kind %d", length, to, i%3)
		}
	}
}

func TestDamageByTruncation(t *testing.T) {
	content, whole := sound(t)
	path := filepath.Join(t.TempDir(), "s.db")
	lengths := []int{0, 1, 15, 16, 63, 64, 80, 1023, 1024, 4095, 4096, 4097, 8191, 8192, 8193, len(content) - 1}
	for pages := range len(content) / 4096 {
		lengths = append(lengths, pages*4096, pages*4096+2000)
	}
	for _, length := range lengths {
		if length == len(content) {
			continue
		}
		if err := os.WriteFile(path, content[:length], 0o644); err != nil {
			t.Fatal(err)
		}
		for _, readOnly := range []bool{true, false} {
			if _, err := Open(path, Options{ReadOnly: readOnly}); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "store restore") {
				t.Errorf("%d of %d bytes: %v", length, len(content), err)
			}
		}
		if got := contents(t, path); len(got) != length {
			t.Errorf("%d bytes became %d", length, len(got))
		}
	}
	if err := os.WriteFile(path, content, 0o644); err != nil || !probe(t, path, whole) {
		t.Errorf("what is whole does not open (%v)", err)
	}
}
