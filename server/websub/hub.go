package websub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// errRefused says that the hub does not want to hear of a topic, and would not
// if it were told again.
var errRefused = errors.New("refused")

const (
	// attempts is how often a hub is told of one topic before it counts as
	// down.
	attempts = 5
	// longestPause bounds what is waited between two attempts, whatever the
	// hub asks for.
	longestPause = 2 * time.Minute
	// replyBytes is how much of the hub's reply is read, so that its
	// connection can be used again.
	replyBytes = 64 << 10
)

// hub makes the requests to a hub.
type hub struct {
	address string
	// name is the address as logs may show it: without password and query.
	name      string
	client    *http.Client
	userAgent string
	pause     time.Duration
}

func newHub(o Options) *hub {
	name := url.URL{Scheme: o.Hub.Scheme, Host: o.Hub.Host, Path: o.Hub.Path}
	h := &hub{
		address: o.Hub.String(), name: name.String(), userAgent: o.UserAgent, pause: o.Pause,
		client: &http.Client{Transport: o.Transport, Timeout: o.Timeout, CheckRedirect: stay},
	}
	if h.pause <= 0 {
		h.pause = time.Second
	}
	if h.client.Timeout <= 0 {
		h.client.Timeout = 10 * time.Second
	}
	return h
}

// stay keeps a client from following redirects: what is posted is for the
// configured hub and no other.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// tell publishes one topic's address, in several attempts if need be. The
// error wraps errRefused where the hub answered that it won't have it; any
// other error means that it is down, or that ctx ended.
func (h *hub) tell(ctx context.Context, topic string) error {
	pause := h.pause
	for attempt := 1; ; attempt++ {
		asked, err := h.post(ctx, topic)
		if err == nil || attempt == attempts || errors.Is(err, errRefused) {
			return err
		}
		// Somewhere in the upper half, so that sites that fell silent together
		// don't come back together.
		rest := min(pause/2+rand.N(pause/2+1), longestPause)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(max(asked, rest)):
		}
		pause *= 2
	}
}

// post makes one request. When it fails, rest is what the hub asks to wait.
func (h *hub) post(ctx context.Context, topic string) (rest time.Duration, err error) {
	form := url.Values{"hub.mode": {"publish"}, "hub.url": {topic}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.address, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, fmt.Errorf("making a request to the hub: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if h.userAgent != "" {
		request.Header.Set("User-Agent", h.userAgent)
	}
	reply, err := h.client.Do(request)
	if err != nil {
		return 0, fmt.Errorf("asking the hub: %w", withoutAddress(err))
	}
	defer reply.Body.Close()
	// The status says everything; the rest is only read out of the way.
	_, _ = io.CopyN(io.Discard, reply.Body, replyBytes)
	return judge(reply)
}

// judge reads a hub's reply: 2xx is consent, what passes is worth another
// attempt, and all else is a refusal.
func judge(reply *http.Response) (rest time.Duration, err error) {
	switch code := reply.StatusCode; {
	case code >= 200 && code < 300:
		return 0, nil
	case code >= 500, code == http.StatusTooManyRequests, code == http.StatusRequestTimeout:
		return retryAfter(reply), fmt.Errorf("the hub answered %s", reply.Status)
	case code >= 300 && code < 400:
		return 0, fmt.Errorf("%w: the hub answered %s; it has another address, which belongs into the configuration", errRefused, reply.Status)
	default:
		return 0, fmt.Errorf("%w: the hub answered %s", errRefused, reply.Status)
	}
}

// retryAfter reads how many seconds the hub asks to wait; 0 if it doesn't say.
func retryAfter(reply *http.Response) time.Duration {
	seconds, err := strconv.Atoi(reply.Header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, int(longestPause.Seconds()))) * time.Second
}

// withoutAddress strips a client's error of the address, which may hold a
// secret of the hub's.
func withoutAddress(err error) error {
	if detailed, ok := errors.AsType[*url.Error](err); ok {
		return detailed.Err
	}
	return err
}
