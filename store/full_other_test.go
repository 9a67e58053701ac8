//go:build !linux

package store

import "errors"

func fillDisk(string) error { return errors.New("only where files can be limited") }
