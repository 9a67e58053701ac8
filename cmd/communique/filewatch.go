package main

import (
	"maps"
	"os"
)

// fileStates are what files were at one moment, by path. One that is not there has
// nil.
type fileStates map[string]os.FileInfo

func statesOf(paths []string) fileStates {
	states := fileStates{}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			info = nil // reading it will say why
		}
		states[path] = info
	}
	return states
}

// same reports whether all are the same files, with the same in them.
func (s fileStates) same(other fileStates) bool { return maps.EqualFunc(s, other, sameFile) }

// sameFile compares what a write or a replacement changes.
func sameFile(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == b
	}
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// files returns what the files of the settings were before they were read.
func (a *app) files() fileStates {
	states := fileStates{}
	if a.roster != nil {
		maps.Copy(states, a.roster.files)
	}
	if file := a.config.file; file != nil {
		states[file.Name] = file.Info
	}
	return states
}

// filesNow returns what they are now.
func (a *app) filesNow() fileStates {
	var paths []string
	if a.sources != "" {
		paths = sourceFiles(a.sources)
	}
	if file := a.config.file; file != nil {
		paths = append(paths, file.Name)
	}
	return statesOf(paths)
}

// fileWatch tells whether files are others than those that were read.
type fileWatch struct {
	read, last fileStates
	now        func() fileStates
}

// look takes the files for read as they are now.
func (w *fileWatch) look() {
	w.last = w.now()
	w.read = w.last
}

// changed reports once whether any file is another, and was so the last time.
func (w *fileWatch) changed() bool {
	before := w.last
	w.last = w.now()
	if !before.same(w.last) || w.read.same(w.last) {
		return false
	}
	w.read = w.last
	return true
}
