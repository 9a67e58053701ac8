//go:build unix

package store

import (
	"os"
	"syscall"
)

// keepOwner gives a file to the user and the group that another belongs to: who
// replaces a store may be another user than who serves it.
func keepOwner(path string, of os.FileInfo) error {
	stat, ok := of.Sys().(*syscall.Stat_t)
	if !ok || int(stat.Uid) == os.Geteuid() && int(stat.Gid) == os.Getegid() {
		return nil
	}
	return os.Chown(path, int(stat.Uid), int(stat.Gid))
}
