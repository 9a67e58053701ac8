// Package websub tells a hub which documents of a site changed, so that its
// subscribers get them at once and need not ask (W3C Recommendation WebSub of
// 23 January 2018, section 6; the request is that of PubSubHubbub 0.4, which
// hubs understand).
//
// [New] takes the site, and [Publisher.Run] publishes until its context ends:
// whenever [Publisher.Changed] is called it looks which topics, the documents
// that a hub can be told of, have another version; it has the new bytes made
// public; and where they are not those that the hub was told of last, it posts
// the topic's address. So a change that does not show in a document, such as a
// release of years ago that is filed late, is not published, however many
// there are.
//
// One request is made at a time. What waits is a set of topics, so it never
// grows beyond their number, and a topic that changes twice meanwhile is told
// once. What the hub was told is remembered over restarts.
package websub

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Site is what is published; a *server.Handler is one.
type Site interface {
	// Topics returns the paths of all topics.
	Topics() ([]string, error)
	// VersionOf returns the version of a topic, which costs little to ask for.
	VersionOf(path string) (uint64, error)
	// Current makes the newest version of a topic public, and returns that
	// version and a tag that is the same as long as the bytes are.
	Current(path string) (version uint64, tag string, err error)
}

// Memory keeps a note over restarts; a *store.Newsroom does. Without a note of
// that name Note returns nil.
type Memory interface {
	Note(name string) ([]byte, error)
	PutNote(name string, note []byte) error
}

// Options say what is published, and to whom.
type Options struct {
	// Hub is the address of the hub, absolute.
	Hub *url.URL
	// Base is the address under which the hub finds the topics.
	Base string
	Site Site
	// Memory remembers what the hub was told.
	Memory Memory
	// Transport carries the requests; it must be there.
	Transport http.RoundTripper
	// UserAgent says who we are.
	UserAgent string
	// Pause is about how long to wait after the first failure; it doubles with
	// each one. 0 means a second.
	Pause time.Duration
	// Timeout bounds each request. 0 means 10 seconds.
	Timeout time.Duration
	Log     *slog.Logger
}

// Publisher tells a hub of topics that changed.
type Publisher struct {
	site    Site
	base    string
	hub     *hub
	memory  Memory
	log     *slog.Logger
	changed chan struct{}
	// told is what the hub knows of each topic, by path.
	told map[string]edition
	// down says that the hub did not answer and that this was logged.
	down bool
}

// edition is a version of a topic and the tag of its bytes.
type edition struct {
	Version uint64 `json:"version"`
	Tag     string `json:"tag"`
}

// New returns a publisher, which does nothing before Run.
func New(o Options) *Publisher {
	return &Publisher{
		site: o.Site, base: strings.TrimRight(o.Base, "/"), hub: newHub(o), memory: o.Memory, log: o.Log,
		changed: make(chan struct{}, 1),
	}
}

// Changed says that something of the site may have changed. It returns at
// once, may be called from any goroutine, and several calls may be taken as
// one.
func (p *Publisher) Changed() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// Run publishes until ctx ends. When it begins it publishes what changed since
// it last ended; the first time of all it takes the topics as they are for
// known.
func (p *Publisher) Run(ctx context.Context) {
	p.recall()
	for {
		p.publish(ctx)
		select {
		case <-ctx.Done():
			return
		case <-p.changed:
		}
	}
}
