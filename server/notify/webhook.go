package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"

	"communique/collector/journal"
)

const (
	// attempts is how often an event is sent until the webhook is down.
	attempts = 4
	// replyBytes is how much of a reply is read, so that its connection can be used
	// again.
	replyBytes = 16 << 10
)

// WebhookOptions say where events are posted.
type WebhookOptions struct {
	// Address is that of the webhook, absolute; it may hold a password.
	Address *url.URL
	Secret  Secret
	// Transport carries the requests; the guards against private addresses stand
	// in it.
	Transport http.RoundTripper
	// UserAgent says who posts.
	UserAgent string
	// Timeout bounds one attempt. 0 means 10 seconds.
	Timeout time.Duration
	// Pause is what lies between the first two attempts; it doubles. 0 means a
	// second.
	Pause time.Duration
	// Clock tells the time. nil means the system's.
	Clock func() time.Time
}

// Webhook posts events as JSON, signed as Standard Webhooks 1.0.0 says. Redirects
// are not followed.
type Webhook struct {
	o      WebhookOptions
	client *http.Client
}

// NewWebhook returns a webhook.
func NewWebhook(o WebhookOptions) *Webhook {
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Pause <= 0 {
		o.Pause = time.Second
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Webhook{o, &http.Client{Transport: o.Transport, Timeout: o.Timeout, CheckRedirect: stay}}
}

// Name implements Way.
func (*Webhook) Name() string { return "webhook" }

// Tell posts an event, in several attempts if need be. It gives up at once where
// another attempt can't help: the event is refused by 400, 413, 415 or 422.
func (w *Webhook) Tell(ctx context.Context, e journal.Event) error {
	text, err := body(e)
	if err != nil {
		return err
	}
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.Multiplier = w.o.Pause, 2
	_, err = backoff.Retry(ctx, func() (struct{}, error) { return struct{}{}, w.post(ctx, e.ID, text) },
		backoff.WithBackOff(pauses), backoff.WithMaxTries(attempts), backoff.WithMaxElapsedTime(2*time.Minute))
	var permanent *backoff.PermanentError
	if errors.As(err, &permanent) {
		err = permanent.Err
	}
	return err
}

// post makes one attempt.
func (w *Webhook) post(ctx context.Context, id string, text []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.o.Address.String(), bytes.NewReader(text))
	if err != nil {
		return backoff.Permanent(fmt.Errorf("making a request to the webhook: %w", withoutAddress(err)))
	}
	now := w.o.Clock()
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", w.o.UserAgent)
	req.Header.Set("Webhook-Id", id)
	req.Header.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	req.Header.Set("Webhook-Signature", w.o.Secret.sign(id, now, text))
	res, err := w.client.Do(req)
	if err != nil {
		return fmt.Errorf("posting to the webhook: %w", withoutAddress(err))
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, replyBytes) // the status says everything
	return judge(res)
}

// judge reads a reply: 2xx is consent.
func judge(res *http.Response) error {
	said := fmt.Errorf("the webhook answered %d %s", res.StatusCode, http.StatusText(res.StatusCode))
	switch code := res.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code == 400, code == 413, code == 415, code == 422:
		return backoff.Permanent(fmt.Errorf("%w: %w", ErrRefused, said))
	case code >= 300 && code < 400:
		return backoff.Permanent(fmt.Errorf("%w; a redirect is not followed, the configuration has to name the address", said))
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests, code >= 500:
		return said
	}
	return backoff.Permanent(said)
}

// withoutAddress strips a client's error of the address, which may hold a secret.
func withoutAddress(err error) error {
	if detailed, ok := errors.AsType[*url.Error](err); ok {
		return detailed.Err
	}
	return err
}
