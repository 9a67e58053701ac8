package private

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Tokens are the tokens in a file. All methods may be called by many goroutines
// and processes at once.
type Tokens struct {
	path string
	now  func() time.Time
	log  *slog.Logger

	known atomic.Pointer[known] // nil until it is asked for
	// mu is held while the file is read or written for Holds.
	mu sync.Mutex
	// failing says that the file could not be read and that this was told;
	// later, when to try again to note a day of use. Both need mu.
	failing bool
	later   time.Time
}

// known is what was read of the file, and of which file it is.
type known struct {
	file fs.FileInfo // nil if there was none
	// settled says that the file was old enough when it was read for any later
	// change to show in its time: clocks of file systems tick slowly.
	settled bool
	keys    []key
}

// key is a token that Holds looks for.
type key struct {
	name string
	hash [sha256.Size]byte
	used string // the last day
}

// retryPause is between two tries to note a day of use on a disk that fails.
const retryPause = time.Hour

// tick is longer than that of any file system's clock.
const tick = 2 * time.Second

// Open returns the tokens that the file at path has, none if there is no file.
// Nothing is written before it has to be.
func Open(path string, now func() time.Time, log *slog.Logger) (*Tokens, error) {
	t := &Tokens{path: path, now: now, log: log}
	if _, err := t.read(); err != nil {
		return nil, err
	}
	return t, nil
}

// Holds reports whether a token is among those of the file, as it is now. It
// takes as long for any wrong token, whatever is wrong with it. While a file
// can't be read, what was last read of it holds: the readers of feeds shall not
// be lost to a slip of the pen.
func (t *Tokens) Holds(token string) bool {
	hash := hashOf(token)
	var found *key
	keys := t.current()
	for i := range keys {
		if subtle.ConstantTimeCompare(keys[i].hash[:], hash[:]) == 1 {
			found = &keys[i]
		}
	}
	if found == nil {
		return false
	}
	if today := t.now().UTC().Format(dayLayout); found.used < today {
		t.use(found.name, today)
	}
	return true
}

// current returns the file's keys, and reads it again only when it changed.
func (t *Tokens) current() []key {
	file, err := os.Stat(t.path)
	if err != nil {
		file = nil // read says why
	}
	if k := t.known.Load(); k != nil && k.is(file) {
		return k.keys
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	list, err := t.read()
	t.tell(err)
	if err != nil {
		if k := t.known.Load(); k != nil {
			return k.keys
		}
		return nil
	}
	fresh := &known{file: file, keys: keysOf(list)}
	fresh.settled = file == nil || time.Since(file.ModTime()) > tick // by the clock of files
	t.known.Store(fresh)
	return fresh.keys
}

// is reports whether file is the one that k was read from, unchanged.
func (k *known) is(file fs.FileInfo) bool {
	if k.file == nil || file == nil {
		return k.file == nil && file == nil
	}
	return k.settled && os.SameFile(k.file, file) && k.file.ModTime().Equal(file.ModTime()) && k.file.Size() == file.Size()
}

func keysOf(list []record) []key {
	keys := make([]key, len(list))
	for i, r := range list {
		keys[i] = key{name: r.Name, used: r.Used}
		_, _ = hex.Decode(keys[i].hash[:], []byte(r.Hash)) // checked when it was read
	}
	return keys
}

// use notes the day of a token's last use, once a day. A token that was revoked
// meanwhile stays revoked, and a change that is on its way is not waited for:
// the next request notes it.
func (t *Tokens) use(called, day string) {
	if !t.mu.TryLock() {
		return
	}
	defer t.mu.Unlock()
	if t.now().Before(t.later) {
		return
	}
	err := t.change(false, func(list []record) ([]record, error) {
		for i := range list {
			if list[i].Name == called {
				list[i].Used = day
			}
		}
		return list, nil
	})
	if err != nil && !errors.Is(err, errBusy) {
		t.log.Warn("noting the day on which a token was used", "name", called, "error", err)
		t.later = t.now().Add(retryPause)
	}
}

// tell logs the first of several failures in a row, and their end. It needs mu.
func (t *Tokens) tell(err error) {
	switch failed := err != nil; {
	case failed == t.failing:
	case failed:
		t.log.Error("the tokens stay as they were", "error", err)
	default:
		t.log.Info("the tokens can be read again")
	}
	t.failing = err != nil
}
