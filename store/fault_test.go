package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
)

// TestClassed tells which errors of the system's are a full disk, and which one
// that can't be written, whether they are wrapped or bbolt tells their text alone.
func TestClassed(t *testing.T) {
	for reason, want := range map[syscall.Errno]error{
		syscall.ENOSPC: ErrFull, syscall.EDQUOT: ErrFull, syscall.EFBIG: ErrFull,
		syscall.EROFS: ErrReadOnly, syscall.EACCES: ErrReadOnly, syscall.EPERM: ErrReadOnly,
		syscall.EIO: nil, syscall.EMFILE: nil,
	} {
		for _, err := range []error{reason, &os.PathError{Op: "write", Path: "x", Err: reason}, fmt.Errorf("file resize error: %s", reason)} {
			got := classed(err)
			for _, class := range []error{ErrFull, ErrReadOnly} {
				if errors.Is(got, class) != (class == want) {
					t.Errorf("%v is %v, want %v", err, got, want)
				}
			}
			if !errors.Is(got, err) || want != nil && classed(got) != got {
				t.Errorf("%v became %v", err, got)
			}
		}
	}
	if err := classed(nil); err != nil {
		t.Error(err)
	}
}
