package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// enter makes a folder ready for its documents: it exists, and so do those
// above it, and nothing of a killed run lies in it.
func (p *publication) enter(name string) error {
	if p.entered[name] {
		return nil
	}
	if name != "." {
		if err := p.enter(path.Dir(name)); err != nil {
			return err
		}
		if err := p.create(name); err != nil {
			return err
		}
	}
	for _, part := range partNames() {
		if err := p.sweep(path.Join(name, part)); err != nil {
			return fmt.Errorf("removing what an earlier run left in %s: %w", name, bare(err))
		}
	}
	p.entered[name] = true
	return nil
}

// sweep removes a leftover of a killed run, if there is one. It looks first,
// since a read-only disk refuses to remove even what isn't there.
func (p *publication) sweep(part string) error {
	if _, err := p.root.Lstat(part); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return p.root.Remove(part)
}

// create makes one folder unless it is there. A symbolic link is none, even
// one that stays inside: whoever planted it would choose where files appear.
func (p *publication) create(name string) error {
	err := p.root.Mkdir(name, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return p.mustBeFolder(name)
	}
	if err == nil {
		p.changed[path.Dir(name)] = true
		err = p.root.Chmod(name, 0o755)
	}
	if err != nil {
		return fmt.Errorf("creating folder %s: %w", name, bare(err))
	}
	return nil
}

func (p *publication) mustBeFolder(name string) error {
	info, err := p.root.Lstat(name)
	switch {
	case err != nil:
		return fmt.Errorf("looking at folder %s: %w", name, bare(err))
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("folder %s: a symbolic link is in its place; it is not followed", name)
	case !info.IsDir():
		return fmt.Errorf("folder %s: a file is in its place", name)
	}
	return nil
}
