//go:build !(linux || darwin || freebsd || netbsd || openbsd)

package store

import "os"

func lockFile(*os.File) (locked, held bool) { return false, false }
