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

	// mapped is address space, not memory: as long as the file is smaller, a
	// commit never waits for readers to let it be mapped anew.
	mapped = 256 << 20

	// growth is by how much the file grows when it is full.
	growth = 1 << 20

	wayOut = "put a backup in its place, or remove it to begin anew"
)

func openOrCreate(path string, options Options) (*bbolt.DB, error) {
	found, err := locate(path)
	switch {
	case err != nil:
		return nil, err
	case !found && options.ReadOnly:
		return nil, fmt.Errorf("%w there", ErrNoStore)
	case !found:
		if err := create(path); err != nil {
			return nil, fmt.Errorf("creating it: %w", err)
		}
	}
	return openBolt(path, options)
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

// openBolt opens the file for reading, checks its pages and only then opens it
// for writing: bbolt then walks through all pages in a goroutine of its own,
// where a damaged one would end the process.
func openBolt(path string, options Options) (*bbolt.DB, error) {
	wait := options.wait()
	reader, err := openChecked(path, wait)
	if err != nil || options.ReadOnly {
		return reader, err
	}
	if err := reader.Close(); err != nil {
		return nil, err
	}
	writer, _, err := tryBolt(path, writing(wait))
	if err == nil {
		writer.AllocSize = growth
	}
	return writer, err
}

// wait returns how long to wait for another process.
func (o Options) wait() time.Duration { return cmp.Or(o.Wait, 2*time.Second) }

// writing is how bbolt opens a store that is written.
func writing(wait time.Duration) bbolt.Options {
	return bbolt.Options{
		Timeout:         wait,
		FreelistType:    bbolt.FreelistMapType,
		NoFreelistSync:  true,
		InitialMmapSize: mapped,
	}
}

// openChecked opens the file for reading if every page in it is sound.
func openChecked(path string, wait time.Duration) (*bbolt.DB, error) {
	bolt, file, err := tryBolt(path, bbolt.Options{Timeout: wait, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	if err := checkPages(file, bolt.Info().PageSize); err != nil {
		return nil, errors.Join(fmt.Errorf("%w; %s", err, wayOut), bolt.Close())
	}
	return bolt, nil
}

// openFile opens what is there: bbolt by itself would make a new store of a
// file that is missing or empty.
func openFile(name string, flag int, mode os.FileMode) (*os.File, error) {
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
func tryBolt(path string, options bbolt.Options) (*bbolt.DB, *os.File, error) {
	for {
		bolt, file, err := tryBoltOnce(path, options)
		if err != nil {
			return nil, nil, err
		}
		named, err1 := os.Stat(path)
		opened, err2 := file.Stat()
		if err1 == nil && err2 == nil && os.SameFile(named, opened) {
			return bolt, file, nil
		}
		if err := errors.Join(err2, bolt.Close()); err != nil {
			return nil, nil, err
		}
	}
}

func tryBoltOnce(path string, options bbolt.Options) (bolt *bbolt.DB, file *os.File, err error) {
	options.OpenFile = func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
		file, err = openFile(name, flag, mode)
		return file, err
	}
	err = guarded(func() error {
		bolt, err = bbolt.Open(path, 0o644, &options)
		return err
	})
	switch {
	case errors.Is(err, bbolterrors.ErrTimeout):
		return nil, nil, ErrHeld
	case errors.Is(err, bbolterrors.ErrInvalid), errors.Is(err, bbolterrors.ErrChecksum), errors.Is(err, bbolterrors.ErrVersionMismatch):
		return nil, nil, fmt.Errorf("%w: %w; %s", ErrDamaged, err, wayOut)
	}
	return bolt, file, err
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
