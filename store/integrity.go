package store

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"slices"
)

// checkPages reads every page that bbolt can get to and says whether it may:
// bbolt believes all positions, sizes and page numbers, and a wrong one leads
// it out of the file or around in a circle. The store is ailing if its pages are
// sound, but not all records in them, or not their numbers. It is crooked, which
// ails it too, if a page of a table begins with another key than the page above
// says: it can be read, but what bbolt writes there is lost.
func (h *handle) checkPages() error {
	w, err := walkPages(h.file, h.Info().PageSize)
	if err == nil {
		h.crooked = w.crooked
		h.ailing = w.crooked || slices.ContainsFunc(w.rooms, (*tally).ails)
	}
	return err
}

// walkPages does so, and tells of an error within which buckets the walk was.
func walkPages(file *os.File, pageSize int) (*walk, error) {
	w := &walk{file: file, size: pageSize}
	meta, err := readMeta(file, pageSize)
	if err != nil {
		return w, err
	}
	info, err := file.Stat()
	if err != nil {
		return w, err
	}
	if held := uint64(info.Size()) / uint64(pageSize); held < meta.pages {
		return w, fmt.Errorf("%w: it has %d of its %d pages", ErrDamaged, held, meta.pages)
	}
	w.seen = make([]bool, meta.pages)
	return w, w.tree(meta.root, nil, nil)
}

type meta struct {
	root, pages, transaction uint64
}

// readMeta returns the newer of the two meta pages that is valid.
func readMeta(file io.ReaderAt, pageSize int) (newest meta, err error) {
	for page := range int64(2) {
		b := make([]byte, metaSize)
		if _, err := file.ReadAt(b, page*int64(pageSize)+pageHeader); err != nil {
			return meta{}, err
		}
		sum := fnv.New64a()
		sum.Write(b[:metaSum])
		if sum.Sum64() != machine.Uint64(b[metaSum:]) {
			continue
		}
		m := meta{root: machine.Uint64(b[16:]), pages: machine.Uint64(b[40:]), transaction: machine.Uint64(b[48:])}
		if newest.pages == 0 || m.transaction > newest.transaction {
			newest = m
		}
	}
	return newest, nil
}

// walk is one way through all pages.
type walk struct {
	file  io.ReaderAt
	size  int
	seen  []bool   // by page number
	path  []string // of names of buckets, to where it is; it stays there on an error
	rooms []*tally

	last    []byte // key of the leaf before, in the same bucket
	crooked bool   // see checkPages
}

// tree checks the pages from id down, whose keys ought to begin with least and lie
// before limit; nil is no bound.
func (w *walk) tree(id uint64, least, limit []byte) error {
	page, err := w.read(id)
	if err != nil {
		return err
	}
	entries, _, err := parse(page, id)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return fmt.Errorf("%w: page %d is empty", ErrDamaged, id)
	}
	leaf := machine.Uint16(page[8:]) == leafPage
	first, last := entries[0].key, entries[len(entries)-1].key
	crooked := least != nil && !bytes.Equal(first, least) || limit != nil && bytes.Compare(last, limit) >= 0
	if crooked && len(w.path) < 3 || leaf && w.last != nil && bytes.Compare(first, w.last) <= 0 {
		return fmt.Errorf("%w: page %d is out of order", ErrDamaged, id)
	}
	w.crooked = w.crooked || crooked
	if leaf {
		err := w.leaf(entries, id)
		w.last = last // of this bucket, whatever is in it
		return err
	}
	for i, e := range entries {
		end := limit
		if i+1 < len(entries) {
			end = entries[i+1].key
		}
		if err := w.tree(e.child, e.key, end); err != nil {
			return err
		}
	}
	return nil
}

// leaf checks what a leaf holds.
func (w *walk) leaf(entries []entry, id uint64) error {
	for _, e := range entries {
		if w.misplaced(e) {
			return fmt.Errorf("%w: page %d has a record in place of a table, or a table in that of a record", ErrDamaged, id)
		}
		if !e.bucket {
			w.count(e)
			continue
		}
		w.path = append(w.path, string(e.key))
		if err := w.bucket(e.value, id); err != nil {
			return err
		}
		w.path = w.path[:len(w.path)-1]
	}
	return nil
}

// misplaced reports whether an entry is not what stands there in a store: buckets,
// down to the tables, and records in these.
func (w *walk) misplaced(e entry) bool {
	return len(w.path) > 0 && w.path[0] == newsroomsBucket && e.bucket != (len(w.path) < 3)
}

// bucket checks a bucket, which lies within the page id if it is small.
func (w *walk) bucket(value []byte, id uint64) error {
	if len(value) < bucketHeader {
		return fmt.Errorf("%w: page %d has half a bucket", ErrDamaged, id)
	}
	w.enter(machine.Uint64(value[8:]))
	if root := machine.Uint64(value); root != 0 {
		w.last = nil
		return w.tree(root, nil, nil)
	}
	page := value[bucketHeader:]
	if len(page) < pageHeader || machine.Uint16(page[8:]) != leafPage {
		return fmt.Errorf("%w: page %d has half a bucket", ErrDamaged, id)
	}
	entries, end, err := parse(page, id)
	if err == nil && end != len(page) {
		err = fmt.Errorf("%w: page %d has a bucket with a rest", ErrDamaged, id)
	}
	if err != nil {
		return err
	}
	return w.leaf(entries, id)
}

// read returns a page with its overflow, and each page once.
func (w *walk) read(id uint64) ([]byte, error) {
	if id < 2 || id >= uint64(len(w.seen)) {
		return nil, fmt.Errorf("%w: page %d is none of its %d", ErrDamaged, id, len(w.seen))
	}
	page := make([]byte, w.size)
	if _, err := w.file.ReadAt(page, int64(id)*int64(w.size)); err != nil {
		return nil, fmt.Errorf("reading page %d: %w", id, err)
	}
	flags, overflow := machine.Uint16(page[8:]), uint64(machine.Uint32(page[12:]))
	if machine.Uint64(page) != id || flags != branchPage && flags != leafPage || overflow >= uint64(len(w.seen))-id {
		return nil, fmt.Errorf("%w: page %d is not what stands at its place", ErrDamaged, id)
	}
	for i := range overflow + 1 {
		if w.seen[id+i] {
			return nil, fmt.Errorf("%w: page %d is used twice", ErrDamaged, id+i)
		}
		w.seen[id+i] = true
	}
	if overflow == 0 {
		return page, nil
	}
	page = make([]byte, int(overflow+1)*w.size)
	if _, err := w.file.ReadAt(page, int64(id)*int64(w.size)); err != nil {
		return nil, fmt.Errorf("reading page %d: %w", id, err)
	}
	return page, nil
}
