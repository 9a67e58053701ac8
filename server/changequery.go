package server

import (
	"errors"
	"net/url"
	"strconv"
	"time"

	"communique/store"
)

const (
	// latest is the cursor of those who want to hear only of what is to come.
	latest store.ChangeCursor = "latest"

	usualChanges = 1000
	mostChanges  = 10_000
	longestWait  = 60 * time.Second
)

// changeQuery is what a request asks of a change log.
type changeQuery struct {
	since store.ChangeCursor
	limit int
	wait  time.Duration
	// asked are limit and wait as they were asked for, to be repeated.
	asked url.Values
}

// parseChangeQuery reads the parameters that ChangeLog describes. Numbers
// beyond the bounds become the bounds; parameters of other names are ignored.
// The error is fit for the reader, and repeats nothing of the query.
func parseChangeQuery(raw string) (changeQuery, error) {
	q := changeQuery{limit: usualChanges, asked: url.Values{}}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return q, errors.New("reading the query: want one like since=CURSOR&limit=100&wait=30s")
	}
	q.since = store.ChangeCursor(values.Get("since"))
	if text := values.Get("limit"); text != "" {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 1 {
			return q, errors.New("reading limit: want a number of changes from 1 to 10000")
		}
		q.limit = min(limit, mostChanges)
		q.asked.Set("limit", strconv.Itoa(q.limit))
	}
	if text := values.Get("wait"); text != "" {
		wait, err := time.ParseDuration(text)
		if err != nil || wait < 0 {
			return q, errors.New("reading wait: want a time from 0s to 60s, such as 30s")
		}
		q.wait = min(wait, longestWait)
		q.asked.Set("wait", q.wait.String())
	}
	return q, nil
}

// next is the query that goes on from a cursor.
func (q changeQuery) next(since store.ChangeCursor) string {
	query := "since=" + url.QueryEscape(string(since))
	if len(q.asked) > 0 {
		query += "&" + q.asked.Encode()
	}
	return query
}
