package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

// openRoom opens a store of its own for a test, and audits it at the test's
// end.
func openRoom(t testing.TB) *Newsroom {
	t.Helper()
	return openRoomAt(t, filepath.Join(t.TempDir(), "communique.db"))
}

func openRoomAt(t testing.TB, path string) *Newsroom {
	t.Helper()
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := audit(db); err != nil && !errors.Is(err, errClosed) {
			t.Errorf("audit: %v", err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return take(t, db)
}

func take(t testing.TB, db *DB) *Newsroom {
	t.Helper()
	room, err := db.Newsroom("osce")
	if err != nil {
		t.Fatal(err)
	}
	return room
}

// errClosed says that a test closed its store by itself.
var errClosed = errors.New("closed")

// audit holds a store against itself: bbolt's pages, and each newsroom's
// indexes, counts, slugs, instants and versions against its releases.
func audit(db *DB) error {
	tx, err := db.bolt.Begin(false)
	if err != nil {
		return errors.Join(errClosed, err)
	}
	defer tx.Rollback()
	var errs []error
	for err := range tx.Check() {
		errs = append(errs, err)
	}
	rooms := tx.Bucket([]byte(newsroomsBucket))
	errs = append(errs, rooms.ForEachBucket(func(name []byte) error {
		n := &Newsroom{db: db, name: string(name)}
		t, err := n.tables(tx)
		if err != nil {
			return err
		}
		return t.audit()
	}))
	return errors.Join(errs...)
}

func (t *tables) audit() error {
	filed := map[string]string{} // the key of the release at each place
	counts := map[Query]int{}
	updated := map[time.Time]string{}
	var releases []*record
	for p, err := range t.releases.from(nil, nil) {
		if err != nil {
			return err
		}
		r, err := t.record(string(p.key))
		if err != nil {
			return err
		}
		for _, q := range r.filings() {
			filed[string(filedKey(q, r.order()))] = r.Key
			counts[q]++
		}
		if other, ok := updated[r.Updated]; ok {
			return fmt.Errorf("%s and %s were updated at the same %s", r.Key, other, r.Updated)
		}
		updated[r.Updated] = r.Key
		releases = append(releases, r)
		if err := errors.Join(auditAliases(r), t.auditTags(r)); err != nil {
			return err
		}
		if taken, err := t.instants.get(binary.BigEndian.AppendUint64(nil, uint64(r.Updated.UnixMilli()))); err != nil || taken == nil {
			return fmt.Errorf("%s was updated at %s, which is still free (%w)", r.Key, r.Updated, err)
		}
		if r.Key != string(p.key) || !r.Updated.Equal(r.Updated.Truncate(time.Millisecond)) || r.Updated.Before(r.Published) {
			return fmt.Errorf("%s has key %s, updated %s, published %s", p.key, r.Key, r.Updated, r.Published)
		}
	}
	return errors.Join(t.auditIndex(filed, releases), t.auditFilings(counts), t.auditSlugs(), t.auditVersions(releases))
}

// auditIndex wants each release in the index of what it is filed under and
// nowhere else, with one line everywhere, and there the change log to have it,
// and nothing else.
func (t *tables) auditIndex(want map[string]string, releases []*record) error {
	got := map[string]string{}
	lines := map[string]line{}
	for p, err := range t.filed.from(nil, nil) {
		if err != nil {
			return err
		}
		key := want[string(p.key)]
		got[string(p.key)] = key
		l := lineOf(p.value)
		if other, ok := lines[key]; ok && l != other || l.version == 0 || l.version > t.root.Sequence() {
			return fmt.Errorf("place %q has line %v of %v, the newest version is %d", p.key, l, other, t.root.Sequence())
		}
		lines[key] = l
	}
	if diff := cmp.Diff(want, got); diff != "" {
		return fmt.Errorf("the index is not what the releases say (-want +got):\n%s", diff)
	}
	for _, r := range releases {
		told, err := t.changes.get(lines[r.Key].bytes())
		if err != nil || len(told) < 2 || string(told[1:]) != r.Key || r.Withdrawn.IsZero() == (Change(told[0]) == Removed) {
			return fmt.Errorf("%s has line %v, which says %q (%w)", r.Key, lines[r.Key], told, err)
		}
	}
	if n := t.changes.bucket.Stats().KeyN; n != len(releases) {
		return fmt.Errorf("the log has %d lines for %d releases", n, len(releases))
	}
	return nil
}

// auditTags wants the record's tags to be there, each once, and those that were
// attached in order.
func (t *tables) auditTags(r *record) error {
	for _, kind := range Kinds() {
		slugs := r.tags(kind)
		for i, slug := range slugs {
			to, f, err := t.live(Query{kind, slug})
			if err != nil || f == nil || to.Slug != slug || slices.Contains(slugs[i+1:], slug) {
				return fmt.Errorf("%s has %v, of which %s is filed under %+v (%w)", r.Key, slugs, slug, to, err)
			}
		}
		if r.attached(kind) && (len(slugs) == 0 || kind == Type || !slices.IsSorted(slugs)) {
			return fmt.Errorf("%s has %v attached of %s", r.Key, slugs, kind)
		}
	}
	if !slices.IsSorted(r.Attached) || len(r.Attached) > 2 || !r.Withdrawn.Equal(r.Withdrawn.Truncate(time.Second)) {
		return fmt.Errorf("%s was withdrawn at %s, has %v attached", r.Key, r.Withdrawn, r.Attached)
	}
	return nil
}

// auditFilings wants each filing to have its releases, and no release without a
// filing. A filing may be empty, and one that moved must be.
func (t *tables) auditFilings(counts map[Query]int) error {
	for p, err := range t.filings.from(nil, nil) {
		if err != nil {
			return err
		}
		var f filing
		if err := json.Unmarshal(p.value, &f); err != nil {
			return err
		}
		q := queryOf(p.key)
		to, lively, err := t.live(q)
		if err != nil || lively == nil || (f.Moved == "") != (to == q) || f.Moved != "" && f.Releases > 0 {
			return fmt.Errorf("filing %+v leads to %+v: %+v (%w)", q, to, f, err)
		}
		if f.Releases != counts[q] || (f.Version == 0) != (q == Untold) || f.Version > t.root.Sequence() || (f.Name == "") != q.tagless() {
			return fmt.Errorf("filing %+v has %+v; its releases are %d, the newest version %d", q, f, counts[q], t.root.Sequence())
		}
		delete(counts, q)
	}
	for q, n := range counts {
		return fmt.Errorf("%d releases are filed under %+v, which is not there", n, q)
	}
	return nil
}

// auditSlugs wants each name to lead to a filing, and each filing that has a tag
// to be found by its name, or by a former one if it moved.
func (t *tables) auditSlugs() error {
	named := map[Query]bool{}
	for p, err := range t.slugs.from(nil, nil) {
		if err != nil {
			return err
		}
		q := Query{queryOf(p.key).Kind, string(p.value)}
		if f, err := t.filing(q); err != nil || f == nil {
			return fmt.Errorf("%q leads to %+v, which is not there (%w)", p.key, q, err)
		}
		named[q] = true
	}
	for p := range t.filings.from(nil, nil) {
		q := queryOf(p.key)
		f, err := t.filing(q)
		if err != nil || q.tagless() {
			continue
		}
		slug, err := t.called(name{q.Kind, f.Name})
		if err != nil || !named[q] || f.Moved == "" && slug != q.Slug {
			return fmt.Errorf("the name %q of filing %+v leads to %q; %t (%w)", f.Name, q, slug, named[q], err)
		}
	}
	return nil
}

// auditVersions wants each version to be one that a release has, in the order
// of time, with the last one ended by the release's last revision.
func (t *tables) auditVersions(releases []*record) error {
	want := map[string]bool{}
	for _, r := range releases {
		list, err := t.versionsOf(r)
		if err != nil {
			return err
		}
		until := r.Updated
		for i, v := range list {
			if i == 0 && !v.Until.Equal(until) || i > 0 && !v.Until.Before(until) || v.Title == "" || v.Day.IsZero() {
				return fmt.Errorf("version %d of %s, updated at %s, is %+v", i, r.Key, r.Updated, v)
			}
			until = v.Until
			want[string(versionKey(r.Key, r.Revision-uint64(i)))] = true
		}
	}
	for p, err := range t.versions.from(nil, nil) {
		if err != nil || !want[string(p.key)] {
			key, number, _ := bytes.Cut(p.key, []byte{0})
			return fmt.Errorf("version %d of %q is one too many (%w)", ^binary.BigEndian.Uint64(number), key, err)
		}
	}
	return nil
}

func queryOf(key []byte) Query {
	for i, b := range key {
		if b == 0 {
			return Query{Kind(key[:i]), string(key[i+1:])}
		}
	}
	return Query{Slug: string(key)}
}

// bare runs a transaction past the store, as a test of damage needs it.
func bare(t testing.TB, path string, run func(*bbolt.Tx) error) {
	t.Helper()
	bolt, err := bbolt.Open(path, 0o644, &bbolt.Options{Timeout: time.Second, NoFreelistSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(bolt.Update(run), bolt.Close()); err != nil {
		t.Fatal(err)
	}
}
