package server

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// retryPause is how long an older rendering is served before a document that
// could not be rendered is tried again, and what readers are asked to wait.
const retryPause = 5 * time.Second

// renderings keeps documents ready to be sent, each for as long as the press
// says that it holds.
type renderings struct {
	press   Press
	bindery *bindery
	limit   limit
	now     clock
	log     *slog.Logger
	told    func(path string, err error) // Options.Rendered

	mu     sync.RWMutex
	places map[string]*place
	weight int // of all places
}

// limit bounds what is kept.
type limit struct{ paths, bytes int }

// place is where the rendering of one path is kept.
type place struct {
	// used is set by each request and cleared when room is looked for.
	used atomic.Bool
	// weight is that of what is kept, as far as it is counted. It needs
	// renderings.mu.
	weight int
	// kept is nil until the first rendering.
	kept atomic.Pointer[kept]

	// making is held while the press is asked, so that a crowd renders once.
	making sync.Mutex
	// failing says that the last rendering failed and was told; retry is when
	// to try again if there is an older one to serve. Both need making.
	failing bool
	retry   time.Time
}

// kept is a rendition and the press's version at which it was last seen to
// be good.
type kept struct {
	*rendition
	checked uint64
}

func newRenderings(o Options) *renderings {
	return &renderings{
		press:   o.Press,
		bindery: &bindery{base: o.Base, maxAge: o.MaxAge, now: o.Clock},
		limit:   limit{o.Paths, o.Bytes},
		now:     o.Clock,
		log:     o.Log,
		told:    o.Rendered,
		places:  make(map[string]*place),
	}
}

// of returns the newest rendering of path that can be had. The error is the
// press's if there is no document at path (see absent); any other was logged.
func (r *renderings) of(path string) (*rendition, error) {
	version := r.press.Version()
	p := r.find(path)
	if p == nil {
		// Only what the press knows gets a place: what strangers guess at
		// must not push out what readers ask for.
		if _, err := r.press.VersionOf(path); absent(err) {
			return nil, err
		}
		p = r.settle(path)
	}
	if k := p.kept.Load(); k != nil && k.checked == version {
		return k.rendition, nil
	}
	return r.renew(path, p)
}

// renew looks whether the rendering at p still holds and makes another one if
// not, once for all requests that wait for it.
func (r *renderings) renew(path string, p *place) (*rendition, error) {
	p.making.Lock()
	defer p.making.Unlock()
	// Asked for before anything else, so that a change that comes in between
	// is noticed by the next request.
	version := r.press.Version()
	old := p.kept.Load()
	if old != nil && (old.checked == version || r.now().Before(p.retry)) {
		return old.rendition, nil
	}
	fresh, err := r.render(path, old)
	switch {
	case err == nil:
		r.keep(path, p, &kept{fresh, version})
		r.tellRecovered(path, p)
		r.told(masked(path), nil)
		return fresh, nil
	case absent(err):
		r.clear(path, p)
		r.told(masked(path), nil)
		return nil, err
	}
	r.told(masked(path), err)
	r.tellFailing(path, p, old != nil, err)
	if old == nil {
		return nil, err
	}
	p.retry = r.now().Add(retryPause)
	return old.rendition, nil
}

// render returns old if its version still stands and a new rendering
// otherwise. A panic of the press is one of its errors: the readers of an
// older rendering need not suffer from it.
func (r *renderings) render(path string, old *kept) (fresh *rendition, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = newMishap(value)
		}
	}()
	version, err := r.press.VersionOf(path)
	if err != nil {
		return nil, err
	}
	var before *rendition
	if old != nil {
		before = old.rendition
	}
	if before != nil && before.about.Version == version {
		return before, nil
	}
	document, err := r.press.Render(path)
	if err != nil {
		return nil, err
	}
	return r.bindery.bind(document, before), nil
}

// tellFailing logs the first of several failures in a row.
func (r *renderings) tellFailing(path string, p *place, older bool, err error) {
	if !p.failing {
		r.log.Error("rendering a document", "path", masked(path), "serving_older", older, "error", err)
	}
	p.failing = true
}

func (r *renderings) tellRecovered(path string, p *place) {
	if p.failing {
		r.log.Info("rendering a document works again", "path", masked(path))
	}
	p.failing, p.retry = false, time.Time{}
}
