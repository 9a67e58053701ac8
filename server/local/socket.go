package local

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/net/netutil"
)

const (
	// longest is the length of a path that every system takes for a socket;
	// Linux takes 107 bytes, others 103.
	longest = 103
	// connections is how many others may be connected at once; more wait.
	connections = 64
)

// Listen makes a socket at path and listens there. Only this user, and who may
// do everything, can connect. The caller has the store in the same folder, so a
// socket that lies there is that of a process which was killed, and is replaced.
// Closing the listener removes the socket.
func Listen(path string) (net.Listener, error) {
	if err := fit(path); err != nil {
		return nil, fmt.Errorf("listening at %s: %w", path, err)
	}
	unix, info, err := listen(path)
	if err != nil {
		return nil, fmt.Errorf("listening at %s: %w", path, err)
	}
	return netutil.LimitListener(&listener{unix, path, info}, connections), nil
}

// fit refuses a place at which others could take the socket away and put theirs
// there, or where something else lies.
func fit(path string) error {
	folder, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return err
	}
	if folder.Mode().Perm()&0o002 != 0 {
		return fmt.Errorf("everybody may write to the folder (its mode is %v)", folder.Mode().Perm())
	}
	found, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && found.Mode().Type() != fs.ModeSocket {
		return errors.New("something that is no socket has that name")
	}
	return err
}

// listen makes the socket in a folder of its own, which nobody else can enter,
// and gives it its name when its mode is right.
func listen(path string) (*net.UnixListener, os.FileInfo, error) {
	workshop, err := os.MkdirTemp(filepath.Dir(path), ".communique-new-*")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(workshop)
	made := filepath.Join(workshop, filepath.Base(path))
	short, closer, err := shorten(made)
	if err != nil {
		return nil, nil, err
	}
	defer closer.Close()
	unix, err := net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"})
	if err != nil {
		return nil, nil, err
	}
	unix.SetUnlinkOnClose(false)
	info, err := name(made, path)
	if err != nil {
		return nil, nil, errors.Join(err, unix.Close())
	}
	return unix, info, nil
}

func name(made, path string) (os.FileInfo, error) {
	if err := os.Chmod(made, 0o600); err != nil {
		return nil, err
	}
	info, err := os.Lstat(made)
	if err != nil {
		return nil, err
	}
	return info, os.Rename(made, path)
}

// shorten returns a path that leads to the same socket and is short enough for
// one, until closer is closed.
func shorten(path string) (short string, closer io.Closer, err error) {
	if len(path) <= longest {
		return path, io.NopCloser(nil), nil
	}
	if runtime.GOOS != "linux" {
		return "", nil, fmt.Errorf("the path has %d bytes, a socket's may have %d", len(path), longest)
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", folder.Fd(), filepath.Base(path)), folder, nil
}

// listener is a socket with the name that it got.
type listener struct {
	*net.UnixListener
	path string
	info os.FileInfo
}

// Close also removes the socket, unless the name is another's by now.
func (l *listener) Close() error {
	if info, err := os.Lstat(l.path); err == nil && os.SameFile(info, l.info) {
		_ = os.Remove(l.path)
	}
	return l.UnixListener.Close()
}
