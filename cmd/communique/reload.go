package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// lookAtFile is how often the files of settings are looked at. A change counts when
// the file was the same in two looks, since some write a file in place.
const lookAtFile = time.Second

// sourcesKey is that of the folder with the operator's own sources.
const sourcesKey = "sources"

// fixed are the settings that can't change while serve runs, by their keys.
func fixed() []string {
	return []string{"admin_listen", "config", "data", "limits.connections", "limits.trusted_proxies", "listen", "log_format"}
}

// live has the parts of the present generation run until ctx ends, and makes the
// next one when the settings file or a source changed, and on SIGHUP.
func (d *service) live(ctx context.Context) {
	first := d.current.Load()
	r := &running{ctx: ctx, parts: map[string]*runningPart{}}
	defer r.all.Wait()
	r.take(d.parts(first))

	tick := time.NewTicker(lookAtFile)
	defer tick.Stop()
	files := &fileWatch{read: first.files(), last: first.files(), now: func() fileStates { return d.current.Load().filesNow() }}
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.hangup:
			files.look()
			d.reload(r)
		case <-tick.C:
			if files.changed() {
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
	now := d.current.Load()
	keys, err := now.changes(next)
	if len(keys) == 0 || err != nil {
		return nil, nil, err
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

// changes returns the keys by which other settings differ from those in force. A
// source that is in force and can't be read any more is an error.
func (g *generation) changes(next *app) (keys []string, err error) {
	keys = changed(g.config, next.config)
	newest, err := next.readRoster()
	if err != nil {
		return nil, usageError{err}
	}
	for _, off := range newest.off {
		if g.roster.find(off.Name) != nil {
			return nil, offError(off)
		}
	}
	next.take(newest)
	if !g.roster.same(newest) && !slices.Contains(keys, sourcesKey) {
		keys = append(keys, sourcesKey)
	}
	return keys, nil
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
