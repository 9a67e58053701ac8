package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// lookAtFile is how often the settings file is looked at. A change counts when
// the file was the same in two looks, since some write a file in place.
const lookAtFile = time.Second

// live has the parts of the present generation run until ctx ends, and makes the
// next one when the settings file changed and on SIGHUP.
func (d *service) live(ctx context.Context) {
	first := d.current.Load()
	r := &running{ctx: ctx, parts: map[string]*runningPart{}}
	defer r.all.Wait()
	r.take(d.parts(first))

	tick := time.NewTicker(lookAtFile)
	defer tick.Stop()
	file := watchFile(first.config)
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.hangup:
			file.look()
			d.reload(r)
		case <-tick.C:
			if file.changed() {
				d.reload(r)
			}
		}
	}
}

// reload reads the settings again and takes them, all or none. The log says
// which, and why.
func (d *service) reload(r *running) {
	d.enter(reloading)
	defer d.enter(ready)
	log := d.current.Load().log
	next, keys, err := d.renew()
	switch {
	case err != nil:
		log.Error("the settings were not taken; those in force stay", "error", err)
	case next == nil:
		log.Info("the settings are as they were")
	default:
		d.current.Store(next)
		d.started.level.Set(next.threshold)
		r.take(d.parts(next))
		next.log.Info("new settings are in force", "changed", strings.Join(keys, " "))
	}
}

// renew returns the generation that a start would make now, and by which keys it
// differs; nil if by none.
func (d *service) renew() (*generation, []string, error) {
	next, err := d.started.reread()
	if err != nil {
		return nil, nil, err
	}
	keys := changed(d.current.Load().config, next.config)
	if len(keys) == 0 {
		return nil, nil, nil
	}
	var still []string
	for _, key := range keys {
		if slices.Contains(fixed(), key) {
			still = append(still, key)
		}
	}
	if len(still) > 0 {
		return nil, nil, fmt.Errorf("%s can't change while serve runs: start it anew for that", strings.Join(still, " and "))
	}
	g, err := d.build(next)
	return g, keys, err
}

// reread returns what a start with the same command line and environment would
// make of the file as it is now.
func (a *app) reread() (*app, error) {
	next := newApp(a.args, a.environment, a.streams, a.now)
	next.level = a.level
	cmd, flags, err := next.root().Find(a.args)
	if err != nil {
		return nil, err
	}
	if err := cmd.ParseFlags(flags); err != nil {
		return nil, err
	}
	return next, next.readSettings(cmd)
}

// fileWatch tells whether a file is another than the one that was read.
type fileWatch struct {
	path       string      // "" if there is none to watch
	read, last os.FileInfo // nil if there was none
}

// watchFile watches the file that settings were read from.
func watchFile(c *config) *fileWatch {
	if c.file == nil {
		return &fileWatch{}
	}
	return &fileWatch{c.file.name, c.file.info, c.file.info}
}

// look takes the file for read as it is now.
func (w *fileWatch) look() {
	w.last = stateOf(w.path)
	w.read = w.last
}

// changed reports once whether the file is another, and was so the last time.
func (w *fileWatch) changed() bool {
	if w.path == "" {
		return false
	}
	before := w.last
	w.last = stateOf(w.path)
	if !sameFile(before, w.last) || sameFile(w.read, w.last) {
		return false
	}
	w.read = w.last
	return true
}

// stateOf returns nil if there is no file. One that can't be looked at is none:
// reading it will say why.
func stateOf(path string) os.FileInfo {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	return info
}

// sameFile compares what a write or a replacement changes.
func sameFile(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == b
	}
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}
