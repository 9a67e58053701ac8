//go:build unix

package local

import (
	"os"
	"syscall"
	"testing"
)

// owned is what the system says of a file of that user.
type owned struct {
	os.FileInfo
	user uint32
}

func (o owned) Sys() any { return &syscall.Stat_t{Uid: o.user} }

func TestTrusted(t *testing.T) {
	me, other, third := uint32(os.Geteuid()), uint32(4711), uint32(4712)
	for _, test := range []struct {
		name           string
		socket, folder uint32
		want           bool
	}{
		{"mine in mine", me, me, true},
		{"mine in another's", me, other, true},
		{"another's in the same one's", other, other, true},
		{"of who may do everything", 0, other, true},
		{"another's in mine", other, me, false},
		{"another's in a third one's", other, third, false},
	} {
		if got := trusted(owned{user: test.socket}, owned{user: test.folder}); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
