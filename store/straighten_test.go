package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestStraightenAtOnce wants a store to be replaced only while nobody has it, and by
// one at a time.
func TestStraightenAtOnce(t *testing.T) {
	path := soundAt(t)
	reader, err := Open(path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, []byte("other"), 0o644); err != nil {
		t.Fatal(err)
	}
	before := contents(t, path)
	if err := replaceIdle(other, path); !errors.Is(err, ErrHeld) || !bytes.Equal(before, contents(t, path)) {
		t.Errorf("replaced while it is read: %v", err)
	}
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	another, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if locked, _ := lockFile(another); !locked {
		t.Fatal("not locked")
	}
	if err := replaceIdle(other, path); !errors.Is(err, ErrHeld) {
		t.Errorf("replaced while another replaces it: %v", err)
	}
	if err := another.Close(); err != nil {
		t.Error(err)
	}
	if err := replaceIdle(other, path); err != nil || string(contents(t, path)) != "other" {
		t.Errorf("idle, but not replaced: %v", err)
	}
}
