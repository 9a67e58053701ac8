package server_test

import (
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"communique/feed"
	"communique/server"
)

// TestRendered is told of each document that could be made or could not
// when it changed, and of one that ended as of one that is kept back no longer.
func TestRendered(t *testing.T) {
	const path = "/osce/all.atom"
	site := newPress()
	told := make(chan string, 100)
	o := options(site)
	o.Rendered = func(path string, err error) {
		if err != nil {
			path += " " + err.Error()
		}
		told <- path
	}
	var ticks atomic.Int64
	o.Clock = func() time.Time { return noon.Add(time.Duration(ticks.Add(1)) * time.Minute) }
	handler := server.New(o)
	address := start(t, handler)
	for _, change := range []func(*press){
		func(*press) {},
		func(p *press) {
			d := p.documents[path]
			d.Version = p.version
			p.documents[path], p.broken[path] = d, errors.New("it is not valid")
		},
		func(p *press) { p.absent[path] = feed.ErrGone },
	} {
		site.change(change)
		for range 2 {
			get(t, address, path)
		}
	}
	var got []string
	for len(told) > 0 {
		got = append(got, <-told)
	}
	if want := []string{path, path + " it is not valid", path}; !slices.Equal(slices.Compact(got), want) {
		t.Errorf("told %q, want %q", got, want)
	}
	get(t, address, "/index.html")
	if n, bytes := handler.Kept(); n != 1 || bytes < 100 {
		t.Errorf("%d documents in %d bytes are kept", n, bytes)
	}
}
