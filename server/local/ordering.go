package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"communique/collector"
)

// lastTime is how long a collection that was told to end may take to say how it
// ended.
const lastTime = 5 * time.Second

// errLeft says that whoever collected is gone.
var errLeft = errors.New("the process that collected ended before it said how; what was stored stays stored")

// Collect orders a collection and calls tell with the news of it. When ctx ends,
// the collection is interrupted, as if it were made here: what was stored stays
// stored, and the report tells it. The report and the error are those of the
// collector, but that the error is another value. It wraps ErrNobody only if
// nothing was ordered.
func (c *Client) Collect(ctx context.Context, order Order, tell func(News)) (collector.Report, error) {
	open, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	body, pen := io.Pipe()
	defer pen.Close()
	defer context.AfterFunc(ctx, func() {
		_ = pen.Close()
		time.AfterFunc(lastTime, cut)
	})()
	go func() { _ = json.NewEncoder(pen).Encode(order) }() // the request tells of an error
	res, err := c.ask(open, http.MethodPost, "/collect", body)
	if err != nil {
		return collector.Report{}, err
	}
	defer res.Body.Close()
	return follow(res.Body, tell)
}

// follow reads news up to the report.
func follow(answer io.Reader, tell func(News)) (collector.Report, error) {
	lines := json.NewDecoder(answer)
	for {
		var m message
		if err := lines.Decode(&m); err != nil {
			return collector.Report{}, fmt.Errorf("%w: %w", errLeft, err)
		}
		if m.Report == nil {
			tell(m.News)
			continue
		}
		m.Report.Fresh = m.Fresh
		if m.Failure != nil {
			return *m.Report, m.Failure.err()
		}
		return *m.Report, nil
	}
}
