//go:build unix

package local

import (
	"os"
	"syscall"
)

// trusted says whether a socket belongs to this user, to one who may do
// everything, or to the user whose folder it lies in. Another's may have been put
// there to be asked in place of the process that has the store.
func trusted(socket, folder os.FileInfo) bool {
	s, ok1 := socket.Sys().(*syscall.Stat_t)
	f, ok2 := folder.Sys().(*syscall.Stat_t)
	return ok1 && ok2 && (s.Uid == 0 || int(s.Uid) == os.Geteuid() || s.Uid == f.Uid)
}
