//go:build !linux

package store

import "go.etcd.io/bbolt"

// rest does nothing where the system looks after its cache by itself.
func rest(*bbolt.Tx) {}
