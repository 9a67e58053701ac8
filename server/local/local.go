// Package local lets other processes on this machine ask the one that has the
// store.
//
// One process writes the store, and while it does no other can open it. So it
// listens on a Unix socket beside the store: [Listen] makes the socket, [Serve]
// answers there with what [New] returns. Another process finds it by [Dial] and
// has a [Client], or learns by ErrNobody that it may open the file itself.
//
// What is spoken is HTTP, so curl --unix-socket speaks it too:
//
//	GET /version   the version of each newsroom, as JSON; it moves when what
//	               readers see may have changed
//	GET /store     the store as one commit left it
//	POST /collect  an Order; the answer is News, a line of JSON each, and at last
//	               a line with the report. The collection goes on as long as the
//	               body of the request is open, whoever asks ends it by ending that
//	POST /compact  the store written anew without what is free in it
//	GET /NEWSROOM/changes.ndjson
//	               the change log, as readers get it
//
// An error is a JSON object with its text and the names of those errors that it
// wraps and that callers decide by; on the other side errors.Is finds them again.
//
// Only the user whose process listens may connect, and who may do everything
// anyway. Nothing here is meant for another machine, nor kept between versions of
// the program.
package local

import (
	"errors"
	"time"

	"communique/collector"
)

// ErrNobody says that no process answers at a socket, and none will by waiting.
var ErrNobody = errors.New("nobody answers")

// ErrSilent says that a process took the connection and said nothing. The error
// wraps ErrNobody too.
var ErrSilent = errors.New("no answer in time")

// Order is a collection that is asked for. What it leaves out is as the process
// that collects was told.
type Order struct {
	Source string `json:"source"` // the first one for ""
	Pages  int    `json:"pages,omitempty"`
	All    bool   `json:"all,omitempty"`
	Accept bool   `json:"accept,omitempty"`
	// Now asks the site even if it asked to wait.
	Now bool `json:"now,omitempty"`
	// NoFilters leaves hidden what rows don't show.
	NoFilters bool `json:"no_filters,omitempty"`
	// Listing is where to read, a mirror.
	Listing string         `json:"listing,omitempty"`
	Delay   *time.Duration `json:"delay,omitempty"`   // between requests
	Timeout *time.Duration `json:"timeout,omitempty"` // of one request
	// Progress asks for News of it. Without, whoever collects logs it.
	Progress bool `json:"progress,omitempty"`
}

// News is what is told of a collection while it runs.
type News struct {
	// Waiting says that another collection has to end first.
	Waiting bool `json:"waiting,omitempty"`
	// Progress says how far it is.
	Progress *collector.Progress `json:"progress,omitempty"`
}

// Sizes are the bytes of a store before and after it was compacted.
type Sizes struct {
	Before int64 `json:"before"`
	After  int64 `json:"after"`
}
