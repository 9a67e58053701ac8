package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"communique/scraper"
	"communique/server"
	"communique/server/local"
	"communique/store"
)

// changesBytes bounds a page of the change log, which ends behind its first MiB,
// or behind the first release beyond.
const changesBytes = 64 << 20

// askChanges has the process that has the store give a page of its change log. It
// waits for one for no longer than any reader may.
func askChanges(ctx context.Context, holder *local.Client, name string, since store.ChangeCursor, limit int, wait time.Duration) (server.ChangePage, error) {
	query := url.Values{"since": {string(since)}, "limit": {strconv.Itoa(limit)}, "wait": {wait.String()}}
	res, err := holder.Changes(ctx, name, query)
	if err != nil {
		return server.ChangePage{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, changesBytes))
	switch {
	case err != nil:
		err = fmt.Errorf("%w any more: %w", local.ErrNobody, err)
	case res.StatusCode == http.StatusBadRequest:
		err = fmt.Errorf("%w %.50q", store.ErrCursor, string(since))
	case res.StatusCode == http.StatusNotFound:
		return server.ChangePage{}, usagef("the process that has the store has no newsroom %.100q", name)
	case res.StatusCode != http.StatusOK:
		err = fmt.Errorf("%s: %s; %w", res.Status, bytes.TrimSpace(body[:min(len(body), 200)]), scraper.ErrTryLater)
	}
	if err != nil {
		return server.ChangePage{}, fmt.Errorf("reading changes after %.50q: %w", string(since), err)
	}
	return parseChanges(body)
}

// parseChanges takes a page apart: the last line has the cursor to go on from.
func parseChanges(body []byte) (server.ChangePage, error) {
	end := bytes.LastIndexByte(bytes.TrimSuffix(body, []byte("\n")), '\n') + 1
	var last struct {
		Cursor store.ChangeCursor `json:"cursor"`
		Change string             `json:"change"`
	}
	err := json.Unmarshal(body[end:], &last)
	if err == nil && (last.Cursor == "" || last.Change != "") {
		err = errors.New("it was cut off")
	}
	if err != nil {
		return server.ChangePage{}, fmt.Errorf("reading a page of changes: %w", err)
	}
	return server.ChangePage{Lines: body[:end], Changes: bytes.Count(body[:end], []byte("\n")), Next: last.Cursor}, nil
}
