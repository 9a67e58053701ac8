package folder

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// lock keeps other publications out of the folder until release is called, and
// returns ErrBusy if one is in it.
//
// It is flock(2) on the folder itself. The kernel lets go of it when the
// process ends, however that happens, so there is no stale lock to recognise;
// and no lock file lies in a tree that others show and copy.
func lock(root *os.Root) (release func(), err error) {
	folder, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	err = flock(folder)
	if err == nil {
		return func() { _ = folder.Close() }, nil
	}
	_ = folder.Close()
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, ErrBusy
	}
	return nil, fmt.Errorf("locking the folder: %w", err)
}

// flock tries to lock file, without waiting.
func flock(file *os.File) error {
	connection, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var locking error
	err = connection.Control(func(descriptor uintptr) {
		for {
			locking = unix.Flock(int(descriptor), unix.LOCK_EX|unix.LOCK_NB)
			if locking != unix.EINTR {
				return
			}
		}
	})
	return errors.Join(err, locking)
}
