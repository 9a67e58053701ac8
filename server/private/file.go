package private

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/renameio/v2"
)

// record is a token as the file has it.
type record struct {
	Name  string    `json:"name"`
	Hash  string    `json:"sha256"`
	Added time.Time `json:"added"`
	Used  string    `json:"used,omitempty"` // a day
}

// content is the whole file.
type content struct {
	Tokens []record `json:"tokens"`
}

const (
	dayLayout = time.DateOnly
	// patience is how long a change waits for another one to end, and pause how
	// often it looks.
	patience = 5 * time.Second
	pause    = 20 * time.Millisecond
)

func (r record) used() time.Time {
	day, err := time.Parse(dayLayout, r.Used)
	if err != nil {
		return time.Time{} // left out
	}
	return day
}

func (r record) check() error {
	hash, err := hex.DecodeString(r.Hash)
	switch {
	case !name.MatchString(r.Name):
		return fmt.Errorf("a token is called %q: %w", r.Name, ErrName)
	case err != nil || len(hash) != sha256.Size:
		return fmt.Errorf("token %s: sha256 is no hash of %d bytes in hex", r.Name, sha256.Size)
	}
	return nil
}

// read returns what the file has; no file has nothing.
func (t *Tokens) read() ([]record, error) {
	text, err := os.ReadFile(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the tokens: %w", err)
	}
	list, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("reading the tokens in %s: %w", t.path, err)
	}
	return list, nil
}

func parse(text []byte) ([]record, error) {
	var c content
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return nil, err
	}
	for _, r := range c.Tokens {
		if err := r.check(); err != nil {
			return nil, err
		}
	}
	return c.Tokens, nil
}

// errBusy says that another process changes the file.
var errBusy = errors.New("another process is changing the tokens")

// change replaces the file's list by what f makes of it, while nobody else
// does. Who is patient waits for others, for 5 seconds at most.
func (t *Tokens) change(patient bool, f func([]record) ([]record, error)) error {
	release, err := t.lock(patient)
	if err != nil {
		return fmt.Errorf("changing the tokens: %w", err)
	}
	defer release()
	list, err := t.read()
	if err != nil {
		return err
	}
	if list, err = f(list); err != nil {
		return err
	}
	return t.write(list)
}

func (t *Tokens) lock(patient bool) (release func(), err error) {
	if err := os.MkdirAll(filepath.Dir(t.path), 0o755); err != nil {
		return nil, err
	}
	lock := flock.New(t.path+".lock", flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if patient && !held && err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		held, err = lock.TryLockContext(ctx, pause)
	}
	switch {
	case held:
		return func() { _ = lock.Unlock() }, nil
	case err == nil, errors.Is(err, context.DeadlineExceeded):
		return nil, errBusy
	}
	return nil, err
}

// write puts the list in the place of the file's, on the disk when it returns.
func (t *Tokens) write(list []record) error {
	text, err := json.MarshalIndent(content{Tokens: append([]record{}, list...)}, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the tokens: %w", err)
	}
	if err := replace(t.path, append(text, '\n')); err != nil {
		return fmt.Errorf("writing the tokens: %w", err)
	}
	return nil
}

// replace puts text in the place of the file at path, for its owner alone
// whatever the mode of the old one was.
func replace(path string, text []byte) error {
	folder := filepath.Dir(path)
	file, err := renameio.NewPendingFile(path, renameio.WithTempDir(folder), renameio.WithStaticPermissions(0o600))
	if err != nil {
		return err
	}
	defer func() { _ = file.Cleanup() }()
	if _, err := file.Write(text); err != nil {
		return err
	}
	if err := file.CloseAtomicallyReplace(); err != nil {
		return err
	}
	return syncFolder(folder)
}

// syncFolder brings a new name in folder to the disk.
func syncFolder(folder string) error {
	opened, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(opened.Sync(), opened.Close())
}
