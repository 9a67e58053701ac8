package private_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/server/private"
)

var monday = time.Date(2026, time.November, 23, 9, 15, 7, 0, time.UTC)

// calendar is a clock that tests set.
type calendar struct {
	mu  sync.Mutex
	now time.Time
}

func (c *calendar) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *calendar) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// open returns the tokens of a file as one process sees them.
func open(t *testing.T, path string, clock *calendar, log *bytes.Buffer) *private.Tokens {
	t.Helper()
	tokens, err := private.Open(path, clock.read, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func add(t *testing.T, tokens *private.Tokens, name string) string {
	t.Helper()
	token, err := tokens.Add(name)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func file(t *testing.T) string { return filepath.Join(t.TempDir(), "data", "tokens.json") }

// What one process adds and revokes, another one sees at its next look.
func TestTwoProcesses(t *testing.T) {
	path, clock := file(t), &calendar{now: monday}
	desk, server := open(t, path, clock, new(bytes.Buffer)), open(t, path, clock, new(bytes.Buffer))
	if server.Holds("") || server.Holds("anything") {
		t.Error("without a file a token opens something")
	}
	for n := range 20 {
		first, second := add(t, desk, fmt.Sprint("first", n)), add(t, desk, fmt.Sprint("second", n))
		if !server.Holds(first) || !server.Holds(second) {
			t.Fatalf("round %d: a new token opens nothing", n)
		}
		if err := desk.Revoke(fmt.Sprint("first", n)); err != nil {
			t.Fatal(err)
		}
		if server.Holds(first) || !server.Holds(second) {
			t.Fatalf("round %d: after one was revoked, the first is held: %v, the second: %v", n, server.Holds(first), server.Holds(second))
		}
		for _, wrong := range []string{"", second[1:], second + "x", strings.ToLower(second) + "-", strings.Repeat("a", 5000)} {
			if server.Holds(wrong) {
				t.Errorf("%.50q opens something", wrong)
			}
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if list, err := desk.List(); len(list) > 0 || err != nil || server.Holds(add(t, open(t, file(t), clock, new(bytes.Buffer)), "other")) {
		t.Errorf("without the file there is %v, %v", list, err)
	}
}

// The file has a hash, never a token, and only its owner may read it.
func TestFile(t *testing.T) {
	path, clock := file(t), &calendar{now: monday}
	tokens := open(t, path, clock, new(bytes.Buffer))
	token := add(t, tokens, "press-office")
	if len(token) != 43 || strings.ContainsAny(token, "/+=") {
		t.Errorf("the token %q is not 256 bits for an address", token)
	}
	if err := os.Chmod(path, 0o644); err != nil { // a slip of somebody's
		t.Fatal(err)
	}
	add(t, tokens, "another")
	for _, name := range []string{path, path + ".lock"} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256([]byte(token))
	if bytes.Contains(text, []byte(token)) || !bytes.Contains(text, []byte(hex.EncodeToString(hash[:]))) {
		t.Errorf("the file is %s", text)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 2 {
		t.Errorf("the folder has %v", left)
	}
}

func TestNames(t *testing.T) {
	tokens := open(t, file(t), &calendar{now: monday}, new(bytes.Buffer))
	add(t, tokens, "press-office")
	for name, want := range map[string]error{
		"press-office": private.ErrTaken, "Press-Office": nil, "7": nil, "a.b_c-d": nil, strings.Repeat("n", 64): nil,
		"": private.ErrName, "-x": private.ErrName, "two words": private.ErrName, "line\nbreak": private.ErrName,
		"é": private.ErrName, strings.Repeat("n", 65): private.ErrName,
	} {
		if _, err := tokens.Add(name); !errors.Is(err, want) {
			t.Errorf("adding %q: %v", name, err)
		}
	}
	if err := tokens.Revoke("nobody"); !errors.Is(err, private.ErrUnknown) {
		t.Errorf("revoking nobody: %v", err)
	}
}

// The day of the last use is noted, and nothing else is written for a request.
func TestLastUse(t *testing.T) {
	path, clock := file(t), &calendar{now: monday}
	server := open(t, path, clock, new(bytes.Buffer))
	token := add(t, server, "reader")
	add(t, server, "idle")
	var written []time.Time
	for range 3 {
		for range 3 {
			if !server.Holds(token) {
				t.Fatal("the token opens nothing")
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(written) == 0 || !written[len(written)-1].Equal(info.ModTime()) {
				written = append(written, info.ModTime())
			}
		}
		clock.pass(24 * time.Hour)
	}
	if len(written) != 3 {
		t.Errorf("nine requests on three days wrote the file %d times", len(written))
	}
	list, err := server.List()
	want := []private.Token{
		{Name: "reader", Added: monday, Used: time.Date(2026, time.November, 25, 0, 0, 0, 0, time.UTC)},
		{Name: "idle", Added: monday},
	}
	if diff := cmp.Diff(want, list); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

// A day that can't be noted costs no reader its feed, and one line of the log.
func TestLastUseOnABrokenDisk(t *testing.T) {
	path, clock, log := file(t), &calendar{now: monday}, new(bytes.Buffer)
	server := open(t, path, clock, log)
	token := add(t, server, "reader")
	if err := os.Remove(path + ".lock"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path+".lock", 0o700); err != nil { // root too can't lock that for writing
		t.Fatal(err)
	}
	for range 5 {
		if !server.Holds(token) {
			t.Fatal("the token opens nothing")
		}
	}
	if n := strings.Count(log.String(), "\n"); n != 1 || strings.Contains(log.String(), token) {
		t.Errorf("the log has %d lines: %s", n, log)
	}
}

// While the file can't be read, what was last read of it holds; that is told
// once, and so is its end.
func TestUnreadable(t *testing.T) {
	path, clock, log := file(t), &calendar{now: monday}, new(bytes.Buffer)
	server := open(t, path, clock, log)
	token := add(t, server, "reader")
	server.Holds(token)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "{", `{"secrets": 1}`, `{"tokens": [{"name": "x", "sha256": "12"}]}`, `{"tokens": [{"name": "\n"}]}`} {
		if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if !server.Holds(token) || server.Holds("x") {
				t.Errorf("with the file %q the tokens are not those from before", bad)
			}
		}
		if _, err := private.Open(path, clock.read, slog.New(slog.DiscardHandler)); err == nil || !strings.HasPrefix(err.Error(), "reading the tokens in "+path) {
			t.Errorf("opening %q: %v", bad, err)
		}
		if _, err := server.Add("another"); err == nil {
			t.Errorf("the file %q was replaced", bad)
		}
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if !server.Holds(token) || strings.Count(log.String(), "the tokens stay as they were") != 1 || strings.Count(log.String(), "can be read again") != 1 {
		t.Errorf("the log is %s", log)
	}
}

// Changes of many at once are all there.
func TestCrowd(t *testing.T) {
	path, clock := file(t), &calendar{now: monday}
	server := open(t, path, clock, new(bytes.Buffer))
	var crowd sync.WaitGroup
	for n := range 20 {
		crowd.Go(func() {
			token, err := open(t, path, clock, new(bytes.Buffer)).Add(fmt.Sprint("reader", n))
			if err != nil || !server.Holds(token) {
				t.Errorf("reader %d: %v", n, err)
			}
		})
	}
	crowd.Wait()
	if list, err := server.List(); len(list) != 20 || err != nil {
		t.Errorf("%d tokens, %v", len(list), err)
	}
}

func BenchmarkHolds(b *testing.B) {
	path := filepath.Join(b.TempDir(), "tokens.json")
	tokens, err := private.Open(path, func() time.Time { return monday }, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	var last string
	for n := range 100 {
		if last, err = tokens.Add(fmt.Sprint("reader", n)); err != nil {
			b.Fatal(err)
		}
	}
	tokens.Holds(last)
	long := monday.AddDate(0, 0, -1)
	if err := os.Chtimes(path, long, long); err != nil {
		b.Fatal(err)
	}
	b.Run("right", func(b *testing.B) {
		for b.Loop() {
			tokens.Holds(last)
		}
	})
	b.Run("wrong", func(b *testing.B) {
		for b.Loop() {
			tokens.Holds(last[1:] + "_")
		}
	})
}

// A change within one tick of the file system's clock is seen, even if the file
// has the same size and place as before.
func TestChangeWithinATick(t *testing.T) {
	path, clock := file(t), &calendar{now: monday}
	server := open(t, path, clock, new(bytes.Buffer))
	token := add(t, server, "reader")
	for range 2 { // the first one notes the day
		if !server.Holds(token) {
			t.Fatal("the token opens nothing")
		}
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	hash, other := sha256.Sum256([]byte(token)), sha256.Sum256([]byte("another"))
	text = bytes.Replace(text, fmt.Appendf(nil, "%x", hash), fmt.Appendf(nil, "%x", other), 1)
	if err := errors.Join(os.WriteFile(path, text, 0o600), os.Chtimes(path, before.ModTime(), before.ModTime())); err != nil {
		t.Fatal(err)
	}
	if server.Holds(token) || !server.Holds("another") {
		t.Error("the change is not seen")
	}
}
