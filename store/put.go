package store

import (
	"fmt"
	"time"
)

// Page is what was read from one page of a listing.
type Page struct {
	// Releases are in the page's order. Key, ID, Title, Day and Published are
	// required; tags need no slug; the rest of the store's own fields is
	// ignored.
	Releases []Release
	// After is the key of the row above the first, "" if the page is the
	// listing's first.
	After string
	// Seen is when the page was read.
	Seen time.Time
	// Run is the number of the run that read it. A release keeps the number of
	// the run that found it.
	Run uint64
	// Notes are kept as PutNote would, in the same transaction.
	Notes map[string][]byte
}

// Change says what a Put meant for one release.
type Change int

// The changes, from none to all.
const (
	// Unchanged: the store knew all of it.
	Unchanged Change = iota
	// Refiled: address or tags changed, which moves no date.
	Refiled
	// Revised: title, summary, type or day changed materially, which moves
	// Updated.
	Revised
	// Restored: the release had been withdrawn. Updated moves only if it was
	// changed materially too.
	Restored
	// Added: the release was not known.
	Added
	// Removed: the release was withdrawn. No Put means that.
	Removed
)

// String returns the change as one word.
func (c Change) String() string {
	return [...]string{"unchanged", "refiled", "revised", "restored", "added", "withdrawn"}[c]
}

// Outcome tells what became of one release of a page.
type Outcome struct {
	Key    string
	Change Change
	// Run is the number of the run that found the release.
	Run uint64
}

// Put stores a page in one transaction and says for each release what changed;
// a key that stands on the page twice counts once. Putting the same page again
// changes nothing, not a byte of the file.
//
// A row that shows offices states all of them, those that were attached
// included; likewise topics. A row that shows none of a kind, no type or no
// summary takes nothing away. A row with another address makes it the release's
// URL and the former one an alias. What a revised release said before is kept as
// one of its Versions. A release that was withdrawn is back where it was.
//
// If the page shows, of three known releases or more of an office, the same
// offices but for one name in its place that is new to the store, and of none
// another, then the office was renamed; likewise topics and types. What that
// means, Rename says.
func (n *Newsroom) Put(page Page) ([]Outcome, error) {
	var outcomes []Outcome
	err := n.update(func(t *tables) (bool, error) {
		reads, err := checked(page.Releases)
		if err != nil {
			return false, err
		}
		if err := t.followRenames(reads); err != nil {
			return false, err
		}
		rows, err := t.rows(reads, page)
		if err != nil {
			return false, err
		}
		if err := t.mintInstants(rows, page); err != nil {
			return false, err
		}
		if outcomes, err = t.putRows(rows, page); err != nil {
			return false, err
		}
		noted, err := t.putNotes(page.Notes)
		if err != nil {
			return false, err
		}
		changed, err := t.writeFilings(page.Seen)
		return changed || noted, err
	})
	if err != nil {
		return nil, fmt.Errorf("storing a page of %s: %w", n.name, err)
	}
	return outcomes, nil
}

// putRows writes what changed, from the top, so that each release finds the one
// above it in its place.
func (t *tables) putRows(rows []row, page Page) ([]Outcome, error) {
	above := map[Day]lowest{} // by the day that it is ordered by
	if r, err := t.record(page.After); err != nil {
		return nil, err
	} else if r != nil {
		above[r.published()] = lowest{record: r}
	}
	defer func(line uint32) { t.line = line }(t.line)
	t.line = firstRowLine + uint32(len(rows))
	outcomes := make([]Outcome, 0, len(rows))
	for i, r := range rows {
		day := r.new.published()
		var rest *gap
		if r.change == Added {
			var err error
			if r.new.Position, rest, err = t.position(day, above[day], known(rows[i+1:], day)); err != nil {
				return nil, err
			}
		}
		if r.revised {
			if err := t.keepVersion(r.old, r.new); err != nil {
				return nil, err
			}
		}
		if r.change == Unchanged {
			r.new = r.old
		} else if err := t.write(r.old, r.new, r.change); err != nil {
			return nil, err
		}
		above[day] = lowest{r.new, rest}
		outcomes = append(outcomes, Outcome{r.new.Key, r.change, r.new.Run})
	}
	return outcomes, nil
}

// known returns the first of the rows that is stored in a day, nil if none is.
func known(rows []row, day Day) *record {
	for _, r := range rows {
		if r.old != nil && r.old.published() == day {
			return r.old
		}
	}
	return nil
}
