package main

import (
	"cmp"
	"context"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"communique/cmd/communique/settings"
	"communique/server/notify"
)

// generation is all that is made of the settings: from them and from what stands
// it can be made, or not, without anybody noticing.
type generation struct {
	*app
	flags *serving
	beats []*beat
	site  *serverSite

	notifier    *notify.Notifier
	endNotifier func() // to be called when it has ended

	readers, operators, user http.Handler
}

// build makes a generation of settings, of which nothing runs yet.
func (d *service) build(a *app) (*generation, error) {
	g := &generation{app: a, flags: a.serving}
	var err error
	if g.beats, err = d.beats(a); err != nil {
		return nil, err
	}
	at := "http://" + reachable(d.readers.Addr())
	g.site = &serverSite{base: cmp.Or(g.flags.base.String(), at), hub: g.flags.hub.URL, rooms: g.rooms(), interval: g.interval(), journals: g.journals()}
	if err := g.site.open(a, d.db); err != nil {
		return nil, err
	}
	if g.user, err = a.changesForUser(d.db); err != nil {
		return nil, err
	}
	if g.notifier, g.endNotifier, err = a.notifier(g.journals()); err != nil {
		return nil, err
	}
	handler := d.desk.handler(d, g)
	g.operators, g.readers = handler, handler.Beside(g.site.handler, d.desk.shared)
	return g, nil
}

// part is something that runs for a generation.
type part struct {
	name string
	// sign says by what settings it runs. Where that is the same in the next
	// generation, it goes on undisturbed; "" has it begin anew each time.
	sign string
	// lasting parts may go on for a while when they are told to end; the next
	// one of the name begins meanwhile.
	lasting bool
	// run returns when own ends, and at once when ctx does, which ends with the
	// process.
	run func(ctx, own context.Context)
}

// interval returns that of the source which is collected most often.
func (g *generation) interval() time.Duration {
	shortest := time.Duration(0)
	for _, b := range g.beats {
		if b.off == nil && (shortest == 0 || b.schedule.Interval() < shortest) {
			shortest = b.schedule.Interval()
		}
	}
	return shortest
}

// parts are what runs for a generation.
func (d *service) parts(g *generation) []part {
	parts := []part{{name: "hub", run: func(_, own context.Context) { g.site.tellHub(own, g.app) }}}
	g.notifier.Begin() // before anything is told
	g.tellDefinitions()
	sign := g.config.notifierSign()
	for _, b := range g.beats {
		sign += " " + b.name
	}
	parts = append(parts, part{name: "notify", sign: sign, run: func(_, own context.Context) {
		defer g.endNotifier()
		g.notifier.Run(own)
	}})
	for _, b := range g.beats {
		if b.off == nil && !g.flags.idle {
			parts = append(parts, part{
				name: "schedule of " + b.name, sign: b.schedule.String(), lasting: true,
				run: func(ctx, own context.Context) { d.keepSchedule(ctx, own, g, b) },
			})
		}
	}
	return parts
}

// running are the parts that run, by name.
type running struct {
	ctx   context.Context
	parts map[string]*runningPart
	all   sync.WaitGroup
}

type runningPart struct {
	sign  string
	stop  context.CancelFunc
	ended chan struct{}
}

// take has these parts run and no others.
func (r *running) take(parts []part) {
	wanted := map[string]part{}
	for _, p := range parts {
		wanted[p.name] = p
	}
	for name, old := range r.parts {
		if next, ok := wanted[name]; ok && next.sign != "" && next.sign == old.sign {
			delete(wanted, name)
			continue
		}
		old.stop()
		delete(r.parts, name)
		if next, ok := wanted[name]; ok && !next.lasting {
			<-old.ended
		}
	}
	for _, p := range parts {
		if _, ok := wanted[p.name]; ok {
			r.start(p)
		}
	}
}

func (r *running) start(p part) {
	own, stop := context.WithCancel(r.ctx)
	started := &runningPart{p.sign, stop, make(chan struct{})}
	r.parts[p.name] = started
	r.all.Go(func() {
		defer close(started.ended)
		defer stop()
		p.run(r.ctx, own)
	})
}

// textsOf returns what a setting says: its text, or each of a list.
func textsOf(value pflag.Value) []string {
	if list, ok := value.(*settings.Several); ok {
		return list.List
	}
	return []string{value.String()}
}

// changed returns the keys by which the settings of two generations differ.
func changed(old, next *config) []string {
	var keys []string
	for i, s := range next.settings {
		if !reflect.DeepEqual(textsOf(s.Value), textsOf(old.settings[i].Value)) {
			keys = append(keys, s.Key)
		}
	}
	if !reflect.DeepEqual(old.feeds, next.feeds) {
		keys = append(keys, settings.FeedsKey)
	}
	return keys
}
