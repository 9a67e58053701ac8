package store

import (
	"syscall"

	"go.etcd.io/bbolt"
)

// rest takes the pages of the file that were read out of the process's memory.
// They stay in the system's cache, which gives them to the next reading for
// next to nothing; without this, all of the file would be counted as memory of
// the process sooner or later. The transaction keeps the mapping where it is.
func rest(tx *bbolt.Tx) {
	if data, size := tx.DB().Info().Data, tx.Size(); data != 0 && size > 0 {
		_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, data, uintptr(size), syscall.MADV_DONTNEED)
	}
}
