package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync"
)

// flushers is how many files are waited for at a time: the disk writes those
// that wait together in one go.
const flushers = 16

// flush waits until all new files, and then the names of all, are on disk.
func (p *publication) flush() error {
	files, folders := p.fresh, slices.Collect(maps.Keys(p.changed))
	p.fresh = nil
	clear(p.changed)
	return errors.Join(p.flushAll(files), p.flushAll(folders))
}

func (p *publication) flushAll(names []string) error {
	errs := make([]error, len(names))
	slots := make(chan struct{}, flushers)
	var waiting sync.WaitGroup
	for i, name := range names {
		slots <- struct{}{}
		waiting.Go(func() {
			if err := p.flushOne(name); err != nil && !errors.Is(err, fs.ErrNotExist) { // it was not renamed, or taken away
				errs[i] = fmt.Errorf("flushing %s: %w", name, bare(err))
			}
			<-slots
		})
	}
	waiting.Wait()
	return errors.Join(errs...)
}

func (p *publication) flushOne(name string) error {
	file, err := p.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
