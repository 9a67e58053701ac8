package store

import (
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"slices"
)

// checkPages reads every page that bbolt can get to and says whether it may:
// bbolt believes all positions, sizes and page numbers, and a wrong one leads
// it out of the file or around in a circle. The indexes are checked by their
// checksums too: a reading can't see what is missing from one. Releases, their
// versions and notes are checked when they are read, so that damage to one does
// not take all others away.
func checkPages(file *os.File, pageSize int) error {
	_, err := walkPages(file, pageSize, true)
	return err
}

// walkPages does so, with or without the checksums of the indexes, and says
// within which buckets the damage lies.
func walkPages(file *os.File, pageSize int, sums bool) (where []string, err error) {
	meta, err := readMeta(file, pageSize)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if held := uint64(info.Size()) / uint64(pageSize); held < meta.pages {
		return nil, fmt.Errorf("%w: it has %d of its %d pages", ErrDamaged, held, meta.pages)
	}
	w := walk{file: file, size: pageSize, sums: sums, seen: make([]bool, meta.pages)}
	err = w.tree(meta.root, nil, nil)
	return w.path, err
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
	file io.ReaderAt
	size int
	sums bool     // of the indexes are checked
	seen []bool   // by page number
	path []string // of names of buckets, to where it is; it stays there on an error
}

// tree checks the pages from id down, whose keys must lie from least to before
// limit; nil is no bound.
func (w *walk) tree(id uint64, least, limit []byte) error {
	page, err := w.read(id)
	if err != nil {
		return err
	}
	entries, _, err := parse(page, id, least, limit)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return fmt.Errorf("%w: page %d is empty", ErrDamaged, id)
	}
	if machine.Uint16(page[8:]) == leafPage {
		return w.leaf(entries, id)
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
		if e.bucket {
			w.path = append(w.path, string(e.key))
			if err := w.bucket(e.value, id); err != nil {
				return err
			}
			w.path = w.path[:len(w.path)-1]
		} else if w.sums && w.indexes() {
			if _, err := (table{name: w.path[2]}).open(e.key, e.value); err != nil {
				return err
			}
		}
	}
	return nil
}

// indexes reports whether the walk is in a table that is an index.
func (w *walk) indexes() bool {
	return len(w.path) == 3 && w.path[0] == newsroomsBucket && !slices.Contains([]string{"releases", "versions", "notes"}, w.path[2])
}

// bucket checks a bucket, which lies within the page id if it is small.
func (w *walk) bucket(value []byte, id uint64) error {
	if len(value) < bucketHeader {
		return fmt.Errorf("%w: page %d has half a bucket", ErrDamaged, id)
	}
	if root := machine.Uint64(value); root != 0 {
		return w.tree(root, nil, nil)
	}
	page := value[bucketHeader:]
	if len(page) < pageHeader || machine.Uint16(page[8:]) != leafPage {
		return fmt.Errorf("%w: page %d has half a bucket", ErrDamaged, id)
	}
	entries, end, err := parse(page, id, nil, nil)
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
