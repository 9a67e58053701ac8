package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
)

var (
	// ErrFull says that the disk has no room for what should be written.
	ErrFull = errors.New("no room on the disk")
	// ErrReadOnly says that the disk, the folder or the file can't be written.
	ErrReadOnly = errors.New("read-only")
)

// classed adds to an error of the system's which of these sorts it is, if any.
func classed(err error) error {
	switch {
	case err == nil, errors.Is(err, ErrFull), errors.Is(err, ErrReadOnly):
	case isAny(err, syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG):
		return fmt.Errorf("%w: %w", ErrFull, err)
	case isAny(err, syscall.EROFS, syscall.EACCES, syscall.EPERM):
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	}
	return err
}

// isAny reports whether an error is, or at least ends with the text of, one of some
// of the system's: of those that it meets when the file grows, bbolt tells only
// the text.
func isAny(err error, reasons ...syscall.Errno) bool {
	return slices.ContainsFunc(reasons, func(reason syscall.Errno) bool {
		return errors.Is(err, reason) || strings.HasSuffix(err.Error(), reason.Error())
	})
}
