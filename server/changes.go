package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"communique/store"
)

// ChangeLog is what the server needs of a newsroom's log of changes; a
// *store.Newsroom is one. All methods are called by many requests at once.
//
// The log is served at /NEWSROOM/changes.ndjson, with three parameters:
//
//	since  a cursor from an earlier answer; without it the log is told from its
//	       beginning, with "latest" from now on
//	limit  how many changes to tell, from 1 to 10,000; 1000 if it is left out
//	wait   how long to hold the request when there is nothing to tell, such as
//	       30s, at most 60s
//
// The answer is JSON, an object a line. A line for a change has "cursor",
// "change" (added, revised, refiled, restored or withdrawn) and "release", the
// whole record. The last line has only "cursor", to go on from; the Link field
// with rel="next" holds the same as an address. A body without that last line
// was cut off. An answer may hold fewer changes than there are, since it ends
// early beyond 1 MiB: a reader has caught up when an answer tells none.
type ChangeLog interface {
	// Version grows with every change, after it can be read.
	Version() uint64
	// Changes returns the changes after a cursor in the order of their commits,
	// at most limit, and the cursor to go on from, also when there are none.
	// The error wraps store.ErrCursor if the log has no such cursor.
	Changes(after store.ChangeCursor, limit int) ([]store.Changed, store.ChangeCursor, error)
	// Latest returns the cursor of the log's present end.
	Latest() (store.ChangeCursor, error)
	// Wait returns nil as soon as Version is greater than after, and ctx's
	// error if that ends first.
	Wait(ctx context.Context, after uint64) error
}

// Bounds of the memory that all answers of change logs take together.
const (
	// readers is how many pages are read from stores at once.
	readers = 4
	// unsentBytes is how much may wait for readers that take it slowly.
	unsentBytes = 32 << 20
)

// changes answers requests for change logs.
type changes struct {
	logs    map[string]*servedLog // by path
	places  chan struct{}         // one for each request that may wait
	reading chan struct{}         // one for each page that may be read
	unsent  atomic.Int64
	log     *slog.Logger
}

// servedLog is a change log at its path.
type servedLog struct {
	ChangeLog
	path string
	// failing says that the log could not be read and that this was told.
	failing atomic.Bool
}

func newChanges(o Options) *changes {
	c := &changes{
		logs:    make(map[string]*servedLog),
		places:  make(chan struct{}, o.Waiting),
		reading: make(chan struct{}, readers),
		log:     o.Log,
	}
	for name, log := range o.Logs {
		path := "/" + name + "/changes.ndjson"
		c.logs[path] = &servedLog{ChangeLog: log, path: path}
	}
	return c
}

// errTooMany says that too many requests wait already.
var errTooMany = errors.New("too many requests wait for changes")

// answer reads a page of log, and waits for one if the request asks for it. home
// is where readers find the log's path.
func (c *changes) answer(w http.ResponseWriter, r *http.Request, home string, log *servedLog) answer {
	query, err := parseChangeQuery(r.URL.RawQuery)
	if err != nil {
		return refuse(http.StatusBadRequest, err.Error())
	}
	if r.Method == http.MethodHead || r.ContentLength != 0 {
		// Who still sends something is kept to the time for that, which a wait
		// would lift.
		query.wait = 0
	}
	page, err := c.await(w, r, log, query)
	switch {
	case errors.Is(err, store.ErrCursor):
		return refuse(http.StatusBadRequest, "This newsroom's change log has no such cursor. "+
			"Take cursors from its own answers as they are, or leave since out to begin again.")
	case errors.Is(err, errTooMany):
		return unavailable("Too many readers wait for changes; please ask again later, or without wait.")
	case err != nil && r.Context().Err() != nil:
		return unavailable("The server is about to end; please ask again later.")
	}
	c.tell(log, err)
	if err != nil {
		return unavailable("The change log can't be read right now; please ask again later.")
	}
	return c.deliver(home+log.path, query, page)
}

// await returns the first page that holds a change, or one without any when
// the time that the request gives is over, its reader is gone or the server
// ends.
func (c *changes) await(w http.ResponseWriter, r *http.Request, log *servedLog, query changeQuery) (ChangePage, error) {
	// Asked for before the page, so that no change falls between the two.
	version := log.Version()
	page, err := c.read(r.Context(), log, query.since, query.limit)
	if err != nil || page.Changes > 0 || query.wait == 0 {
		return page, err
	}
	select {
	case c.places <- struct{}{}:
		defer func() { <-c.places }()
	default:
		return ChangePage{}, errTooMany
	}
	hold(w, query.wait)
	ctx, cancel := context.WithTimeout(r.Context(), query.wait)
	defer cancel()
	for err == nil && page.Changes == 0 && log.Wait(ctx, version) == nil {
		version = log.Version()
		page, err = c.read(r.Context(), log, page.Next, query.limit)
	}
	return page, err
}

// hold lets the connection of a request stay for so long, whatever the
// server's limits say. Deadlines of the network are by the system's clock.
func hold(w http.ResponseWriter, wait time.Duration) {
	connection := http.NewResponseController(w)
	// Not every ResponseWriter can do it; one that can't has no limits to lift.
	_ = connection.SetReadDeadline(time.Time{})
	_ = connection.SetWriteDeadline(time.Now().Add(wait + writeTimeout))
}

// read returns the page after since, and waits while too many are read.
func (c *changes) read(ctx context.Context, log *servedLog, since store.ChangeCursor, limit int) (ChangePage, error) {
	select {
	case c.reading <- struct{}{}:
		defer func() { <-c.reading }()
	case <-ctx.Done():
		return ChangePage{}, ctx.Err()
	}
	if since == latest {
		end, err := log.Latest()
		if err != nil {
			return ChangePage{}, err
		}
		since = end
	}
	return ReadChanges(log, since, limit)
}

// deliver makes the answer of a page, unless too much waits to be sent.
func (c *changes) deliver(address string, query changeQuery, page ChangePage) answer {
	body := append(page.Lines, page.End()...)
	size := int64(len(body))
	sent := func() { c.unsent.Add(-size) }
	if c.unsent.Add(size) > unsentBytes {
		sent()
		return unavailable("Too many readers take changes at once; please ask again later.")
	}
	fields := []field{
		newField("Content-Type", "application/x-ndjson"), contentLength(len(body)),
		newField("Link", "<"+address+"?"+query.next(page.Next)+`>; rel="next"`),
		notCached, noSniff, inert, noReferrer, anyOrigin, exposed,
	}
	return answer{status: http.StatusOK, fields: fields, body: body, sent: sent}
}

// tell logs the first of several failures in a row, and their end.
func (c *changes) tell(log *servedLog, err error) {
	switch failed := err != nil; {
	case log.failing.Swap(failed) == failed:
	case failed:
		c.log.Error("reading a change log", "path", log.path, "error", err)
	default:
		c.log.Info("reading a change log works again", "path", log.path)
	}
}
