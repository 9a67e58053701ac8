package notify_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"communique/collector/journal"
	"communique/server/notify"
)

const secretText = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// receiver is a webhook's other end on a real socket. It keeps what it took.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	requests int
	ids      []string
	bodies   [][]byte
	wrong    []string
	// answer, if set, answers the n-th request, from 1, and says whether it did.
	answer func(n int, w http.ResponseWriter, r *http.Request) bool
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests++
	if err != nil || req.Method != http.MethodPost || req.Header.Get("Content-Type") != "application/json" || !signed(req.Header, body) {
		r.wrong = append(r.wrong, fmt.Sprint(err, req.Method, req.Header))
	}
	if r.answer != nil && r.answer(r.requests, w, req) {
		return
	}
	r.ids = append(r.ids, req.Header.Get("webhook-id"))
	r.bodies = append(r.bodies, body)
}

// signed verifies a message as Standard Webhooks tells receivers to.
func signed(header http.Header, body []byte) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secretText, "whsec_"))
	sum := hmac.New(sha256.New, key)
	fmt.Fprintf(sum, "%s.%s.%s", header.Get("webhook-id"), header.Get("webhook-timestamp"), body)
	want := "v1," + base64.StdEncoding.EncodeToString(sum.Sum(nil))
	return err == nil && header.Get("webhook-signature") == want && header.Get("webhook-timestamp") == fmt.Sprint(today.Add(time.Minute).Unix())
}

// took returns what came and what was wrong.
func (r *receiver) took() (ids []string, requests int, wrong []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.ids), r.requests, r.wrong
}

func webhook(t *testing.T, at string) *notify.Webhook {
	t.Helper()
	address, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := notify.ParseSecret(secretText)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return notify.NewWebhook(notify.WebhookOptions{
		Address: address, Secret: secret, Transport: transport, UserAgent: "Communique/test",
		Timeout: 200 * time.Millisecond, Pause: time.Millisecond, Clock: func() time.Time { return today.Add(time.Minute) },
	})
}

// TestOnceOverRestarts tells each event once, in order, whatever ends between.
func TestOnceOverRestarts(t *testing.T) {
	room, receiver := open(t), newReceiver(t)
	happen(read(room), 2) // before anybody was to be told
	for range 3 {
		j := read(room)
		n := notifier(j, webhook(t, receiver.URL))
		happen(j, 2)
		n.Flush(t.Context())
		if waiting := n.Undelivered(); waiting["webhook"] != 0 {
			t.Errorf("%v wait", waiting)
		}
	}
	got, requests, wrong := receiver.took()
	if want := ids(t, read(room))[2:]; !slices.Equal(got, want) || requests != 6 || len(wrong) > 0 {
		t.Errorf("%d requests, got %q, want %q, wrong %q", requests, got, want, wrong)
	}
}

// TestBody is the event in the envelope of Standard Webhooks.
func TestBody(t *testing.T) {
	room, receiver := open(t), newReceiver(t)
	j := read(room)
	n := notifier(j, webhook(t, receiver.URL+"/?token=1"))
	happen(j, 1)
	n.Flush(t.Context())
	var got struct {
		Type      string        `json:"type"`
		Timestamp time.Time     `json:"timestamp"`
		Data      journal.Event `json:"data"`
	}
	in := json.NewDecoder(bytes.NewReader(receiver.bodies[0]))
	in.DisallowUnknownFields()
	if err := in.Decode(&got); err != nil {
		t.Fatal(err)
	}
	events, _ := j.Events()
	if got.Type != "communique.broken" || !got.Timestamp.Equal(today) || got.Data != events[0] || strings.Contains(got.Data.ID, ".") {
		t.Errorf("%+v", got)
	}
}

// TestAnswers retries what passes, leaves out what is refused, and keeps all else
// for later without following a redirect.
func TestAnswers(t *testing.T) {
	other := newReceiver(t)
	status := func(code int, from, to int) func(int, http.ResponseWriter, *http.Request) bool {
		return func(n int, w http.ResponseWriter, _ *http.Request) bool {
			if n < from || n > to {
				return false
			}
			w.Header().Set("Location", other.URL)
			w.WriteHeader(code)
			return true
		}
	}
	for _, test := range []struct {
		name     string
		answer   func(int, http.ResponseWriter, *http.Request) bool
		requests int
		took     int
		waiting  int
		logged   string
	}{
		{"500 twice", status(500, 1, 2), 4, 2, 0, ""},
		{"429 once", status(429, 1, 1), 3, 2, 0, ""},
		{"500 always", status(500, 1, 99), 4, 0, 2, "500 Internal Server Error"},
		{"a redirect", status(302, 1, 99), 1, 0, 2, "a redirect is not followed"},
		{"a redirect that keeps the method", status(307, 1, 99), 1, 0, 2, "a redirect is not followed"},
		{"not allowed", status(401, 1, 99), 1, 0, 2, "401 Unauthorized"},
		{"the first is refused", status(400, 1, 1), 2, 1, 0, "an event is left out"},
		{"an endless answer", func(n int, w http.ResponseWriter, _ *http.Request) bool {
			for n <= 2 {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					break
				}
			}
			return false
		}, 2, 2, 0, ""},
		{"no answer in time", func(n int, _ http.ResponseWriter, r *http.Request) bool {
			if n == 1 {
				<-r.Context().Done()
			}
			return n == 1
		}, 3, 2, 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			receiver := newReceiver(t)
			receiver.answer = test.answer
			j := read(open(t))
			var log bytes.Buffer
			n := begun(notify.New(notify.Options{
				Journals: []*journal.Journal{j}, Ways: []notify.Way{webhook(t, receiver.URL+"/?token=geheim")},
				Clock: func() time.Time { return today.Add(time.Minute) }, Log: slog.New(slog.NewTextHandler(&log, nil)),
			}))
			happen(j, 2)
			n.Flush(t.Context())
			got, requests, wrong := receiver.took()
			if len(got) != test.took || requests != test.requests || n.Undelivered()["webhook"] != test.waiting || len(wrong) > 0 {
				t.Errorf("%d requests, took %q, %v wait, wrong %q", requests, got, n.Undelivered(), wrong)
			}
			if logged := log.String(); !strings.Contains(logged, test.logged) || test.logged == "" && logged != "" || strings.Contains(logged, "geheim") || strings.Contains(logged, "MfKQ") {
				t.Errorf("logged %s", logged)
			}
		})
	}
	if _, requests, _ := other.took(); requests > 0 {
		t.Errorf("%d redirects were followed", requests)
	}
}

// TestDown has the other end go away and come back while the notifier runs beside:
// that is logged once, and nothing is lost or waited for.
func TestDown(t *testing.T) {
	receiver, room := newReceiver(t), open(t)
	receiver.answer = func(n int, w http.ResponseWriter, _ *http.Request) bool {
		if n <= 12 {
			w.WriteHeader(http.StatusBadGateway)
		}
		return n <= 12
	}
	j := read(room)
	var log lockedBuffer
	n := begun(notify.New(notify.Options{
		Journals: []*journal.Journal{j}, Ways: []notify.Way{webhook(t, receiver.URL)}, Pause: time.Millisecond,
		Clock: func() time.Time { return today.Add(time.Minute) }, Log: slog.New(slog.NewTextHandler(&log, nil)),
	}))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { n.Run(ctx); close(ended) }()
	began := time.Now()
	happen(j, 5)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("five events took %s", took)
	}
	for n.Undelivered()["webhook"] > 0 {
		select {
		case <-t.Context().Done():
			t.Fatal("they never went")
		case <-time.After(time.Millisecond):
		}
	}
	stop()
	<-ended
	if got, _, wrong := receiver.took(); !slices.Equal(got, ids(t, j)) || len(wrong) > 0 {
		t.Errorf("got %q, want %q", got, ids(t, j))
	}
	if log := log.String(); strings.Count(log, "level=ERROR") != 1 || strings.Count(log, "told again") != 1 {
		t.Errorf("logged %s", log)
	}
}

// lockedBuffer is a buffer for two goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// TestOld leaves out what waited for more than a week, and what happened before a
// way that is new again.
func TestOld(t *testing.T) {
	receiver, room := newReceiver(t), open(t)
	j := read(room)
	n := begun(notify.New(notify.Options{Journals: []*journal.Journal{j}, Ways: []notify.Way{webhook(t, receiver.URL)}, Clock: func() time.Time { return today.AddDate(0, 0, 8) }}))
	happen(j, 3)
	n.Flush(t.Context())
	notifier(j)
	happen(j, 2)
	n = notifier(j, webhook(t, receiver.URL))
	n.Flush(t.Context())
	if got, requests, _ := receiver.took(); requests > 0 || n.Undelivered()["webhook"] > 0 {
		t.Errorf("told %q", got)
	}
}

// TestSecret reads secrets as Standard Webhooks writes them and shows none.
func TestSecret(t *testing.T) {
	for text, good := range map[string]bool{
		secretText: true, "whsec_": false, "": false, "geheim": false, "a text of the operator's": true, "whsec_geheim": false,
		"whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 23)): false,
		"whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 64)): true,
		"whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 65)): false,
	} {
		secret, err := notify.ParseSecret(text)
		if (err == nil) != good || secret.IsZero() == good {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && text != "" && text != "whsec_" && strings.Contains(err.Error(), text) {
			t.Errorf("the error shows %q", text)
		}
	}
	secret, _ := notify.ParseSecret(secretText)
	marshalled, _ := json.Marshal(struct{ S notify.Secret }{secret})
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", secret)
	_, logged, _ := strings.Cut(log.String(), `"secret":`)
	all := []string{strings.TrimSuffix(strings.TrimPrefix(string(marshalled), `{"S":`), "}"), strings.TrimSuffix(logged, "}\n")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		all = append(all, fmt.Sprintf(verb, secret))
	}
	for _, shown := range all {
		if strings.Trim(shown, `"`) != "whsec_(hidden)" {
			t.Errorf("it is shown as %s", shown)
		}
	}
}

// long answers every request with a body whose bytes it counts.
type long struct{ read int64 }

func (l *long) RoundTrip(*http.Request) (*http.Response, error) {
	body := io.TeeReader(io.LimitReader(rand.Reader, 10<<20), l)
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(body)}, nil
}

func (l *long) Write(b []byte) (int, error) {
	l.read += int64(len(b))
	return len(b), nil
}

// TestReplyIsBounded reads no more of a reply than may be of use.
func TestReplyIsBounded(t *testing.T) {
	address, err := url.Parse("https://hook.example/")
	if err != nil {
		t.Fatal(err)
	}
	replies := new(long)
	way := notify.NewWebhook(notify.WebhookOptions{Address: address, Transport: replies})
	if err := way.Tell(t.Context(), journal.Event{ID: "1", At: today}); err != nil || replies.read > 64<<10 {
		t.Errorf("%d bytes were read, %v", replies.read, err)
	}
}

// TestNobodyThere says why an event can't be told, and not at which address, which
// may be a secret.
func TestNobodyThere(t *testing.T) {
	receiver, j := newReceiver(t), read(open(t))
	receiver.Close()
	var log bytes.Buffer
	n := begun(notify.New(notify.Options{
		Journals: []*journal.Journal{j}, Ways: []notify.Way{webhook(t, receiver.URL+"/geheim")},
		Clock: func() time.Time { return today }, Log: slog.New(slog.NewTextHandler(&log, nil)),
	}))
	happen(j, 1)
	n.Flush(t.Context())
	if logged := log.String(); n.Undelivered()["webhook"] != 1 || !strings.Contains(logged, "refused") || strings.Contains(logged, "geheim") {
		t.Errorf("%v wait, logged %s", n.Undelivered(), logged)
	}
}
