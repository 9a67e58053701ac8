package store

import "os"

// leaveName tells other processes who holds the store, or no longer tells them
// if name is empty. It is a courtesy, which a full disk must not turn into a
// store that cannot be opened.
func leaveName(path, name string) {
	if name == "" {
		_ = os.Remove(holderPath(path))
		return
	}
	_ = os.WriteFile(holderPath(path), []byte(name+"\n"), 0o644)
}

// whoHolds says what the holder of a store wrote about itself.
func whoHolds(path string) string {
	text, err := os.ReadFile(holderPath(path))
	if err != nil || len(text) < 2 || len(text) > 200 {
		return "a process that did not leave its name"
	}
	return string(text[:len(text)-1])
}

func holderPath(path string) string { return path + ".holder" }
