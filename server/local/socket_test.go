package local

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestListen(t *testing.T) {
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T, path string)
		refused string // a part of the error, "" if the socket is made
	}{
		{"a new folder", func(*testing.T, string) {}, ""},
		{"a socket that a killed process left", leaveSocket, ""},
		{"a file of that name", func(t *testing.T, path string) { write(t, path) }, "no socket"},
		{"a link of that name", func(t *testing.T, path string) {
			if err := os.Symlink("elsewhere", path); err != nil {
				t.Fatal(err)
			}
		}, "no socket"},
		{"a folder that everybody may write", func(t *testing.T, path string) {
			if err := os.Chmod(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
		}, "everybody may write"},
		{"no folder", func(t *testing.T, path string) {
			if err := os.Remove(filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
		}, "no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "communique.sock")
			test.prepare(t, path)
			listener, err := Listen(path)
			if test.refused != "" {
				if err == nil || !strings.Contains(err.Error(), test.refused) {
					t.Errorf("the error is %v, want one with %q", err, test.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			meet(t, listener, path)
			if err := listener.Close(); err != nil {
				t.Error(err)
			}
			if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// A socket is for this user alone from its first moment on, under whatever name:
// who looks at the folder all the while never sees one that others may use, nor a
// folder that they may enter.
func TestListenIsNeverOpen(t *testing.T) {
	folder := t.TempDir()
	done, looked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(looked)
		for {
			entries, _ := os.ReadDir(folder)
			for _, entry := range entries {
				info, err := entry.Info()
				if err == nil && info.Mode().Perm()&0o077 != 0 {
					t.Errorf("%s has the mode %v", entry.Name(), info.Mode())
					return
				}
			}
			select {
			case <-done:
				return
			default:
			}
		}
	}()
	for range 300 {
		listener, err := Listen(filepath.Join(folder, "communique.sock"))
		if err != nil {
			t.Fatal(err)
		}
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
	}
	close(done)
	<-looked
}

// A path may be longer than a socket's.
func TestListenFarAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), strings.Repeat("x", 120), "communique.sock")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	listener, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	meet(t, listener, path)
	if err := listener.Close(); err != nil {
		t.Error(err)
	}
}

// Who ends late leaves the socket of the one after it alone.
func TestListenAfterAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "communique.sock")
	before, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	after, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := before.Close(); err != nil {
		t.Error(err)
	}
	meet(t, after, path)
	if err := after.Close(); err != nil {
		t.Error(err)
	}
}

// meet connects to a socket, which is for this user alone.
func meet(t *testing.T, listener net.Listener, path string) {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != os.ModeSocket|0o600 {
		t.Errorf("its mode is %v", info.Mode())
	}
	accepted := make(chan error, 1)
	go func() {
		connection, err := listener.Accept()
		if err == nil {
			err = connection.Close()
		}
		accepted <- err
	}()
	connection, err := dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(<-accepted, connection.Close()); err != nil {
		t.Error(err)
	}
}

// leaveSocket leaves one where nobody listens.
func leaveSocket(t *testing.T, path string) {
	t.Helper()
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Nobody is there in each of these cases, and that is found out soon.
func TestDialNobody(t *testing.T) {
	type place struct {
		name    string
		prepare func(t *testing.T, path string)
		silent  bool
	}
	tests := []place{
		{"no socket", func(*testing.T, string) {}, false},
		{"a file", write, false},
		{"a socket that a killed process left", leaveSocket, false},
		{"one that nobody answers at", hang, true},
	}
	if os.Geteuid() == 0 { // who else could give it away?
		tests = append(tests, place{"one that belongs to a stranger", func(t *testing.T, path string) {
			hang(t, path)
			if err := os.Chown(path, 12345, 12345); err != nil {
				t.Fatal(err)
			}
		}, false})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "communique.sock")
			test.prepare(t, path)
			begin := time.Now()
			_, err := Dial(t.Context(), path)
			if !errors.Is(err, ErrNobody) || errors.Is(err, ErrSilent) != test.silent {
				t.Errorf("the error is %v", err)
			}
			if took := time.Since(begin); took > 2*time.Second {
				t.Errorf("found out only after %v", took)
			}
		})
	}
}

// hang listens and says nothing.
func hang(t *testing.T, path string) {
	t.Helper()
	listener, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
}
