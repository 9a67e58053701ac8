package store

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"go.etcd.io/bbolt"
)

// Report is what a check of a store found.
type Report struct {
	Newsrooms []Count `json:"newsrooms"`
	// Bytes is the size of the file; Free is how many of them bbolt has given
	// up and will write again before the file grows.
	Bytes int64 `json:"bytes"`
	Free  int64 `json:"free"`
	// Damaged is empty if the store is sound. It names each thing once, by the
	// first that is wrong with it.
	Damaged []Damage `json:"damaged"`
	// Aside names what was found damaged earlier and set aside since. The store
	// is sound without it.
	Aside []Damage `json:"aside,omitempty"`
}

// Count is how much a store has of one newsroom, without what is damaged beyond
// reading. Filings are counted with those that moved, Changes by the lines of
// the log, of which each release has one.
type Count struct {
	Newsroom  string `json:"newsroom"`
	Version   uint64 `json:"version"`
	Releases  int    `json:"releases"` // with those that were withdrawn
	Withdrawn int    `json:"withdrawn"`
	Filings   int    `json:"filings"`
	Versions  int    `json:"versions"`
	Changes   int    `json:"changes"`
}

// Damage is one thing that is not what was written, or not what the rest of the
// store says. Newsroom, Table and Key are empty where it is in none.
type Damage struct {
	Newsroom string `json:"newsroom"`
	Table    string `json:"table"`
	Key      string `json:"key"` // as people read it
	Problem  string `json:"problem"`
	// Remedy is what was done about it, "" if nothing was.
	Remedy string `json:"remedy,omitempty"`
}

// String says where the damage is and what it is.
func (d Damage) String() string {
	where := Printable(d.Newsroom)
	if d.Table != "" {
		where += " " + Printable(d.Table)
	}
	if d.Key != "" {
		where += " " + d.Key
	}
	text := d.Problem
	if d.Remedy != "" {
		text += "; " + d.Remedy
	}
	if where == "" {
		return text
	}
	return where + ": " + text
}

// Printable returns a name out of a store, which damage may have hit, with
// escapes for what is not for the terminal.
func Printable(name string) string {
	return strings.Trim(strconv.QuoteToGraphic(name), `"`)
}

// Err returns nil if the store is sound, and else an error that wraps ErrDamaged
// and names the first damage.
func (r Report) Err() error {
	switch len(r.Damaged) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%w: %s", ErrDamaged, r.Damaged[0])
	}
	return fmt.Errorf("%w in %d places, first %s", ErrDamaged, len(r.Damaged), r.Damaged[0])
}

// Check reads all of the store at path and holds it against itself: its pages,
// each record against its checksum, and the indexes, counts, change log, names,
// pointers and instants against the records. What is damaged is in the report,
// also where Open would refuse the file; the error says why nothing could be
// checked, and wraps ErrNoStore or ErrHeld where that is the reason. Nothing is
// written.
func Check(path string, options Options) (Report, error) {
	report, err := checkFile(path, options)
	if err != nil {
		return Report{}, fmt.Errorf("checking store %s: %w", path, naming(err, path))
	}
	return report, nil
}

func checkFile(path string, options Options) (Report, error) {
	if found, err := locate(path); err != nil {
		return Report{}, err
	} else if !found {
		return Report{}, fmt.Errorf("%w there", ErrNoStore)
	}
	h, err := tryBolt(path, bbolt.Options{Timeout: options.wait(), ReadOnly: true})
	if err != nil {
		return unreadable(path, nil, err)
	}
	w, err := walkPages(h.file, h.Info().PageSize)
	if err != nil {
		report, err := unreadable(path, w.path, err)
		return report, errors.Join(err, h.Close())
	}
	report, err := inspect(h)
	if err != nil {
		report, err = unreadable(path, nil, err)
	}
	if w.crooked {
		report.Damaged = append(report.Damaged, Damage{Problem: crookedPages})
	}
	return report, errors.Join(err, h.Close())
}

const crookedPages = "a page begins with another key than the page above it says"

// unreadable reports damage that hides all the rest, which is somewhere in a
// bucket.
func unreadable(path string, where []string, err error) (Report, error) {
	if !errors.Is(err, ErrDamaged) {
		return Report{}, err
	}
	damage := Damage{Problem: err.Error()}
	if len(where) > 1 && where[0] == newsroomsBucket {
		damage.Newsroom = where[1]
	}
	if len(where) > 2 && damage.Newsroom != "" {
		damage.Table = where[2]
	}
	report := Report{Newsrooms: []Count{}, Damaged: []Damage{damage}}
	if info, err := os.Stat(path); err == nil {
		report.Bytes = info.Size()
	}
	return report, nil
}

// Check does what the function does for the open store, as one commit left it
// and while others may be written.
func (db *DB) Check() (Report, error) {
	db.copying.RLock() // so that no other file comes in place
	defer db.copying.RUnlock()
	report, err := inspect(db.handle.Load())
	if err != nil {
		return Report{}, fmt.Errorf("checking store: %w", err)
	}
	return report, nil
}

// inspect reads all of a store whose pages are sound.
func inspect(h *handle) (report Report, err error) {
	report = Report{Newsrooms: []Count{}, Damaged: []Damage{}, Bytes: h.size()}
	err = guarded(func() error {
		return h.View(func(tx *bbolt.Tx) error {
			report.Free = freeBytes(tx)
			if err := checkSchema(tx); err != nil {
				return err
			}
			return report.newsrooms(tx.Bucket([]byte(newsroomsBucket)))
		})
	})
	return report, err
}

// freeBytes returns the size of the pages that nothing is on.
func freeBytes(tx *bbolt.Tx) int64 {
	const metaPages = 2
	stats := tx.Cursor().Bucket().Stats()
	used := metaPages + stats.BranchPageN + stats.BranchOverflowN + stats.LeafPageN + stats.LeafOverflowN
	return tx.Size() - int64(used)*int64(tx.DB().Info().PageSize)
}

func (r *Report) newsrooms(rooms *bbolt.Bucket) error {
	return rooms.ForEach(func(name, value []byte) error {
		root := rooms.Bucket(name)
		if root == nil {
			r.Damaged = append(r.Damaged, Damage{Newsroom: string(name), Problem: "it is no newsroom"})
			return nil
		}
		i := newInspection(string(name), root)
		if i.tables != nil {
			i.all()
		}
		r.Newsrooms = append(r.Newsrooms, i.count)
		r.Damaged = append(r.Damaged, i.damaged...)
		r.Aside = append(r.Aside, i.kept...)
		return nil
	})
}

// naming adds to an error who holds the store, if that is what it is about.
func naming(err error, path string) error {
	if errors.Is(err, ErrHeld) {
		return fmt.Errorf("%w: %s", err, whoHolds(path))
	}
	return err
}
