package journal

import (
	"fmt"
	"slices"
	"time"
)

// maxPaths bounds how many documents that are kept back are remembered.
const maxPaths = 100

// Rendered says whether a document could be made: err is nil if it could, or if
// it is no more. However many are kept back at a time, that is one event, and
// one when none is any more. As long as all can be made nobody waits here for the
// store: readers do.
func (j *Journal) Rendered(path string, err error, at time.Time) (told bool) {
	if err == nil && j.published.Load() {
		return false
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	loaded := j.load()
	if loaded != nil && err == nil {
		return false
	}
	defer func() {
		_, open := j.book.Open[Documents]
		j.published.Store(loaded == nil && !open)
	}()
	t, open := j.book.Open[Documents]
	i := slices.Index(t.Paths, path)
	switch {
	case err == nil && i < 0, err != nil && i >= 0, len(t.Paths) == maxPaths && err != nil:
		return false
	case err != nil && !open:
		why := fmt.Sprintf("%s: %v. Readers get the one before, if there was one.", path, err)
		trouble := newTrouble(KeptBack, 1, why, at)
		trouble.Paths = []string{path}
		told = j.bad(Documents, trouble)
	case err != nil:
		t.Paths = append(slices.Clone(t.Paths), path)
		j.book.Open[Documents] = t
	case len(t.Paths) == 1:
		told = j.well(Documents, at)
	default:
		t.Paths = slices.Delete(slices.Clone(t.Paths), i, i+1)
		j.book.Open[Documents] = t
	}
	j.save(at)
	return told
}
