package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

const (
	// firstTime is how long a process may take for its first answer.
	firstTime = 1500 * time.Millisecond
	// copyTime is how long a copy of the store may take.
	copyTime = 10 * time.Minute
	// smallBytes bounds an answer that is one JSON object.
	smallBytes = 1 << 20
)

// Client asks the process that listens at a socket.
type Client struct {
	path      string
	transport *http.Transport
}

// Dial finds the process that listens at a socket. The error wraps ErrNobody if
// there is none: no socket, that of a process which was killed, one that belongs
// to another user, or a process that does not answer within 1.5 seconds. Close
// lets go of it.
func Dial(ctx context.Context, path string) (*Client, error) {
	if err := known(path); err != nil {
		return nil, err
	}
	c := &Client{path: path, transport: &http.Transport{MaxResponseHeaderBytes: 16 << 10, DisableCompression: true, IdleConnTimeout: 5 * time.Second}}
	c.transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx, path) }
	ctx, cancel := context.WithTimeoutCause(ctx, firstTime, ErrSilent)
	defer cancel()
	if _, err := c.Versions(ctx); err != nil {
		c.Close()
		if context.Cause(ctx) == ErrSilent {
			err = fmt.Errorf("asking at %s: %w: %w", path, ErrNobody, ErrSilent)
		}
		return nil, err
	}
	return c, nil
}

// known says whether there is a socket that may be asked.
func known(path string) error {
	socket, err := os.Lstat(path)
	if err != nil || socket.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("asking at %s: %w: there is no socket", path, ErrNobody)
	}
	folder, err := os.Stat(filepath.Dir(path))
	if err != nil || !trusted(socket, folder) {
		return fmt.Errorf("asking at %s: %w who may be trusted: the socket is another user's", path, ErrNobody)
	}
	return nil
}

func dial(ctx context.Context, path string) (net.Conn, error) {
	short, closer, err := shorten(path)
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	var dialer net.Dialer
	return dialer.DialContext(ctx, "unix", short)
}

// Close lets go of the connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Versions returns what tells the present state of the store from others.
func (c *Client) Versions(ctx context.Context) (versions Versions, err error) {
	return versions, c.object(ctx, http.MethodGet, "/version", &versions)
}

// Compact has the store written anew without what is free in it.
func (c *Client) Compact(ctx context.Context) (sizes Sizes, err error) {
	return sizes, c.object(ctx, http.MethodPost, "/compact", &sizes)
}

// Copy writes the store, as one commit left it, to a new file that only this
// user can read. The error wraps ErrNobody if the process ended meanwhile.
func (c *Client) Copy(ctx context.Context, to string) error {
	ctx, cancel := context.WithTimeout(ctx, copyTime)
	defer cancel()
	res, err := c.ask(ctx, http.MethodGet, "/store", nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("copying the store: %w", err)
	}
	_, err = io.Copy(file, cut{res.Body})
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("copying the store: %w", err)
	}
	return nil
}

// cut makes the end of the process the reason why reading from it fails.
type cut struct{ from io.Reader }

func (c cut) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	if err != nil && err != io.EOF && !errors.Is(err, context.Canceled) {
		err = fmt.Errorf("%w any more: %w", ErrNobody, err)
	}
	return n, err
}

// Changes asks for the change log of a newsroom, with a query as package server
// describes it. The answer may have any status; its body must be closed.
func (c *Client) Changes(ctx context.Context, newsroom string, query url.Values) (*http.Response, error) {
	return c.send(ctx, http.MethodGet, "/"+url.PathEscape(newsroom)+"/changes.ndjson?"+query.Encode(), nil)
}

// object asks for a JSON object.
func (c *Client) object(ctx context.Context, method, path string, to any) error {
	res, err := c.ask(ctx, method, path, nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if err := json.NewDecoder(io.LimitReader(cut{res.Body}, smallBytes)).Decode(to); err != nil {
		return fmt.Errorf("asking for %s at %s: %w", path, c.path, err)
	}
	return nil
}

// ask is send, but an answer of another status than 200 is an error.
func (c *Client) ask(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	res, err := c.send(ctx, method, path, body)
	if err != nil || res.StatusCode == http.StatusOK {
		return res, err
	}
	defer res.Body.Close()
	var told failure
	if json.NewDecoder(io.LimitReader(res.Body, smallBytes)).Decode(&told) != nil || told.Text == "" {
		return nil, fmt.Errorf("asking for %s at %s: the answer is %s; start the process there again if it is another version", path, c.path, res.Status)
	}
	return nil, told.err()
}

// send asks. The host names nobody: the socket is who is asked.
func (c *Client) send(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://communique"+path, body)
	if err != nil {
		return nil, fmt.Errorf("asking for %s at %s: %w", path, c.path, err)
	}
	res, err := c.transport.RoundTrip(req)
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("%w: %w", ErrNobody, err)
	}
	if err != nil {
		return nil, fmt.Errorf("asking for %s at %s: %w", path, c.path, err)
	}
	return res, nil
}
