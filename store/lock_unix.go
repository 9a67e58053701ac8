//go:build linux || darwin || freebsd || netbsd || openbsd

package store

import (
	"errors"
	"os"
	"syscall"
)

// lockFile locks an open file or folder until it is closed or its process ends. It
// is held if another process has it, or another file of this one; a file system
// may know no such locks, then it is neither.
func lockFile(file *os.File) (locked, held bool) {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	return err == nil, errors.Is(err, syscall.EWOULDBLOCK)
}
