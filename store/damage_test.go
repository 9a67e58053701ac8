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
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

// stored is how many releases the damaged stores have.
const stored = 24

// survey is all that a newsroom tells, each answer by its question.
type survey map[string]any

// ask asks a newsroom for everything. Answers that are errors are left out and
// must say ErrDamaged.
func ask(t testing.TB, n *Newsroom) survey {
	t.Helper()
	told := survey{}
	tell := func(question string, answer any, err error) {
		if err == nil {
			told[question] = answer
		} else if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v, want ErrDamaged", question, err)
		}
	}
	for i := range stored {
		r, found, err := n.Release(fmt.Sprintf("%05d", i))
		if err == nil && !found {
			err = ErrDamaged // its key was hit; an index names it
		}
		tell("release "+r.Key, r, err)
		if found {
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

// probe opens what may be damaged, wants every answer to be right or an error,
// and writes to it. Nothing of it may end the process.
func probe(t testing.TB, path string, whole survey) (opened bool) {
	t.Helper()
	for _, readOnly := range []bool{true, false} {
		db, err := Open(path, Options{ReadOnly: readOnly})
		if err != nil {
			continue
		}
		opened = true
		if room, err := db.Newsroom("osce"); err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Error(err)
			}
		} else if !readOnly && room.Version() > 0 { // else its own name was hit, and it is another newsroom
			for question, answer := range ask(t, room) {
				if want, ok := whole[question]; !ok || !reflect.DeepEqual(want, answer) {
					t.Errorf("%s: %s", question, cmp.Diff(want, answer))
				}
			}
			page := Page{Releases: []Release{dated(3), made("new"), dated(20)}, Seen: noon}
			page.Releases[0].Title = "Another"
			db.bolt.NoSync = true
			_, _ = room.Put(page)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	return opened
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
			if _, err := Open(path, Options{ReadOnly: readOnly}); !errors.Is(err, ErrDamaged) {
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

// TestTruncatedWhileOpen takes the file's bytes away from an open store.
func TestTruncatedWhileOpen(t *testing.T) {
	content, _ := sound(t)
	path := filepath.Join(t.TempDir(), "s.db")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	room := take(t, db)
	if err := os.Truncate(path, 3*4096); err != nil {
		t.Fatal(err)
	}
	if told := ask(t, room); len(told) > 0 {
		t.Errorf("%d answers from nowhere", len(told))
	}
	if _, err := room.Put(listing("new")); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}

// TestLostRelease takes a release away from under the indexes and stores it
// again: no reading may leave it out, or show it twice, without a word.
func TestLostRelease(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	if err := os.WriteFile(path, filled(t, 5), 0o644); err != nil {
		t.Fatal(err)
	}
	bare(t, path, func(tx *bbolt.Tx) error {
		room := tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte("osce"))
		return room.Bucket([]byte("releases")).Delete([]byte("00003"))
	})
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	room := take(t, db)
	for range 2 {
		if list, _, err := room.Releases(Query{}, "", 10); !errors.Is(err, ErrDamaged) {
			t.Errorf("%d releases, %v", len(list), err)
		}
		put(t, room, Page{Releases: []Release{dated(2), dated(3)}, Seen: noon})
	}
}
