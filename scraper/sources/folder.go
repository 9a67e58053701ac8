package sources

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

const (
	// maxFiles bounds the sources of a folder.
	maxFiles = 1000
	// maxText bounds a source's file, in bytes. The time for reading one goes by the
	// square of its lines.
	maxText = 128 << 10
)

// ending is that of a source's file; before it stands the source's name.
const ending = ".yaml"

// Unusable is a source that can't be read, and why. The sources beside it can.
type Unusable struct {
	Name string // by the name of its file
	Text []byte // of its file, as far as it could be had
	Why  error  // wraps an *Error where it is the text that is wrong
}

//go:embed *.yaml
var builtin embed.FS

// Builtin returns the sources that come with the program, by name.
func Builtin() ([]*Source, error) {
	list, unusable, err := Folder(builtin)
	if len(unusable) > 0 {
		err = fmt.Errorf("reading built-in source %s: %w", unusable[0].Name, unusable[0].Why)
	}
	return list, err
}

// Folder reads the sources of a folder, each from a file NAME.yaml, by name. What
// is wrong with one of them does no harm to the others. Other files, and those
// that begin with a dot, are left alone. It is an error if the folder can't be
// listed or has more than 1,000 sources.
func Folder(folder fs.FS) (list []*Source, unusable []Unusable, err error) {
	files, err := fs.ReadDir(folder, ".")
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		err = at.Err // its path is ".", which tells nobody anything
	}
	if err != nil {
		return nil, nil, err
	}
	files = slices.DeleteFunc(files, func(f fs.DirEntry) bool {
		return f.IsDir() || !strings.HasSuffix(f.Name(), ending) || strings.HasPrefix(f.Name(), ".")
	})
	if len(files) > maxFiles {
		return nil, nil, fmt.Errorf("there are %d, and at most %d can be read", len(files), maxFiles)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), ending)
		text, err := readText(folder, file.Name())
		source, why := (*Source)(nil), err
		if err == nil {
			source, why = loadNamed(name, text)
		}
		if why != nil {
			unusable = append(unusable, Unusable{name, text, why})
			continue
		}
		list = append(list, source)
	}
	return list, unusable, nil
}

// readText reads a file that is not too large.
func readText(folder fs.FS, name string) ([]byte, error) {
	if info, err := fs.Stat(folder, name); err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("reading source: it is no file")
	}
	file, err := folder.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading source: %w", err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxText+1))
	if err == nil && len(text) > maxText {
		err = fmt.Errorf("it has more than %d bytes", maxText)
	}
	if err != nil {
		return nil, fmt.Errorf("reading source: %w", err)
	}
	return text, nil
}

// loadNamed loads a source whose file has its name, so that no two have the same.
func loadNamed(name string, text []byte) (*Source, error) {
	if !nameForm.MatchString(name) {
		return nil, errors.New("reading source: the name of its file, up to .yaml, must be lower-case letters, digits and hyphens")
	}
	source, err := Load(text)
	if err == nil && source.Name != name {
		err = fmt.Errorf("reading source: %w", misplaced(text, wrong("name", "%q must be that of the file, %q", source.Name, name)))
	}
	if err != nil {
		return nil, err
	}
	return source, nil
}
