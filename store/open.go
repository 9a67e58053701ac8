package store

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
)

const (
	schema          = "1"
	schemaKey       = "schema"
	metaBucket      = "meta"
	newsroomsBucket = "newsrooms"

	// smallest is what bbolt's two meta pages need at least.
	smallest = 2 * 4096

	// mapped is address space, not memory: as long as the file is smaller, or
	// half as large again as it was, a commit never waits for readers to let it
	// be mapped anew.
	mapped = 256 << 20

	// growth is by how much the file grows when it is full.
	growth = 1 << 20

	wayOut = "put a backup in its place by 'communique store restore', or remove it and begin anew with --init"
)

// handle is an open file of a store.
type handle struct {
	*bbolt.DB
	file         *os.File
	ailing       bool // records are damaged, or don't belong together
	crooked      bool // keys of pages are damaged
	straightened bool // they were, and the file was written anew
}

func openOrCreate(path string, options Options) (*handle, error) {
	found, err := locate(path)
	if err != nil {
		return nil, err
	}
	if found && !options.ReadOnly && empty(path) || !found {
		if err := begin(path, found, options); err != nil {
			return nil, err
		}
	}
	return openFile(path, options)
}

// begin makes a store where there is none, or an empty file.
func begin(path string, found bool, options Options) error {
	lost := gone(path, found)
	switch {
	case lost != nil && (options.ReadOnly || !options.Init || !errors.Is(lost, ErrGone)):
		return lost
	case options.ReadOnly:
		return fmt.Errorf("%w there", ErrNoStore)
	case lost != nil:
		if err := clearPlace(path, found); err != nil {
			return err
		}
	}
	floor := uint64(0)
	if lost != nil {
		floor = beyond(options.At)
	}
	if err := create(path, floor); err != nil {
		return fmt.Errorf("creating it: %w", err)
	}
	return nil
}

// empty reports whether a file has no bytes.
func empty(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() == 0
}

// locate reports whether there is a file where the store should be.
func locate(path string) (found bool, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return false, fmt.Errorf("%w there, but something that is no file", ErrNoStore)
	}
	return true, nil
}

// openFile opens the file for reading, checks its pages and only then opens it
// for writing: bbolt then walks through all pages in a goroutine of its own,
// where a damaged one would end the process.
func openFile(path string, options Options) (*handle, error) {
	wait := options.wait()
	reader, err := openChecked(path, wait)
	if err != nil || options.ReadOnly {
		return reader, err
	}
	if reader.crooked {
		return straighten(path, reader, options)
	}
	size := reader.size()
	if err := reader.Close(); err != nil {
		return nil, err
	}
	writer, err := tryBolt(path, writing(wait, size))
	if err != nil {
		return nil, err
	}
	writer.AllocSize, writer.ailing = growth, reader.ailing
	return writer, nil
}

// size returns how many bytes the file has.
func (h *handle) size() int64 {
	info, err := h.file.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

// wait returns how long to wait for another process.
func (o Options) wait() time.Duration { return cmp.Or(o.Wait, 2*time.Second) }

// writing is how bbolt opens a store of some bytes that is written.
func writing(wait time.Duration, size int64) bbolt.Options {
	return bbolt.Options{
		Timeout:         wait,
		FreelistType:    bbolt.FreelistMapType,
		NoFreelistSync:  true,
		InitialMmapSize: int(max(mapped, size+size/2)),
	}
}

// openChecked opens the file for reading if every page in it is sound.
func openChecked(path string, wait time.Duration) (*handle, error) {
	h, err := tryBolt(path, bbolt.Options{Timeout: wait, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	if err := h.checkPages(); err != nil {
		return nil, errors.Join(fmt.Errorf("%w; %s", err, wayOut), h.Close())
	}
	return h, nil
}

// openThere opens what is there: bbolt by itself would make a new store of a
// file that is missing or empty.
func openThere(name string, flag int, mode os.FileMode) (*os.File, error) {
	file, err := os.OpenFile(name, flag&^os.O_CREATE, mode)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && info.Size() < smallest {
		err = fmt.Errorf("%w: it has only %d bytes; %s", ErrDamaged, info.Size(), wayOut)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// tryBolt opens the file by bbolt and says in this package's terms why it
// can't. Who waited for another process gets the file that has the name now: the
// one that was waited for may have been replaced meanwhile, and what is written
// to that is lost.
func tryBolt(path string, options bbolt.Options) (*handle, error) {
	for {
		h, err := tryBoltOnce(path, options)
		if err != nil || h.named(path) {
			return h, err
		}
		if err := h.Close(); err != nil {
			return nil, err
		}
	}
}

// named reports whether the open file is the one that has the name.
func (h *handle) named(path string) bool {
	named, err1 := os.Stat(path)
	opened, err2 := h.file.Stat()
	return err1 == nil && err2 == nil && os.SameFile(named, opened)
}

func tryBoltOnce(path string, options bbolt.Options) (*handle, error) {
	h := new(handle)
	options.OpenFile = func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
		h.file, err = openThere(name, flag, mode)
		return h.file, err
	}
	err := guarded(func() (err error) {
		h.DB, err = bbolt.Open(path, 0o644, &options)
		return err
	})
	switch {
	case errors.Is(err, bbolterrors.ErrTimeout):
		return nil, ErrHeld
	case errors.Is(err, bbolterrors.ErrInvalid), errors.Is(err, bbolterrors.ErrChecksum), errors.Is(err, bbolterrors.ErrVersionMismatch):
		return nil, fmt.Errorf("%w: %w; %s", ErrDamaged, err, wayOut)
	case err != nil:
		return nil, err
	}
	return h, nil
}

// guarded runs what reads the mapped file. Bytes that went missing since the
// file was opened are an error then, not the end of the process.
func guarded(run func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch p := recover().(type) {
		case nil:
		case string, interface{ Addr() uintptr }: // an assertion of bbolt's; a fault in its memory
			err = fmt.Errorf("%w: %v", ErrDamaged, p)
		default:
			panic(p)
		}
	}()
	return run()
}

// checkSchema says whether the file is a store that this program knows.
func checkSchema(tx *bbolt.Tx) error {
	meta := tx.Bucket([]byte(metaBucket))
	if meta == nil || tx.Bucket([]byte(newsroomsBucket)) == nil {
		return errors.New("this is a bbolt file, but not a store of communique")
	}
	if found := string(meta.Get([]byte(schemaKey))); found != schema {
		return fmt.Errorf("it has schema %q, this program knows %q: run the newer program", found, schema)
	}
	return nil
}
