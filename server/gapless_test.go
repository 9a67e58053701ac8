package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/server"
	"communique/store"
)

// A reader that follows the change log, over restarts of server and store and
// with answers that are lost on the way, is told every change once, in the
// order of the commits, and has in the end what the store has.
func TestGapless(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	follower := newFollower(t, random)
	path := storePath(t)
	for range 6 {
		db, err := store.Open(path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		room, err := db.Newsroom("osce")
		if err != nil {
			t.Fatal(err)
		}
		stop := follower.serve(room)
		for range 25 {
			commit(t, random, room)
		}
		if random.IntN(2) == 0 {
			follower.catchUp(room)
		}
		stop()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, room := newsroom(t, path)
	stop := follower.serve(room)
	defer stop()
	follower.catchUp(room)
	if diff := cmp.Diff(everything(t, room), follower.records); diff != "" {
		t.Errorf("the reader has other than the store: %s", diff)
	}
	if follower.told < len(follower.records) {
		t.Errorf("%d changes made %d records", follower.told, len(follower.records))
	}
}

// commit changes something of a newsroom, or at times nothing.
func commit(t *testing.T, random *rand.Rand, room *store.Newsroom) {
	t.Helper()
	n, at := random.IntN(60), noon
	key := fmt.Sprint(500_000 + n)
	var err error
	switch random.IntN(8) {
	case 0:
		_, err = room.Withdraw(key, at)
	case 1:
		_, err = room.Attach(store.Office, store.Tag{Name: "Mission " + fmt.Sprint(n%3)}, []string{key}, at)
	case 2:
		_, err = room.Rename(store.Topic, "Policing", "Police "+fmt.Sprint(n), at)
	case 3:
		err = room.Sought([]string{key})
	default:
		var page []store.Release
		for i := range 1 + random.IntN(5) {
			page = append(page, written(n+i, fmt.Sprint("text ", random.IntN(3))))
		}
		_, err = room.Put(store.Page{Releases: page, Seen: at})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// everything returns the record of each release that a store has, by its key.
func everything(t *testing.T, room *store.Newsroom) map[string]string {
	t.Helper()
	records := map[string]string{}
	for _, query := range []store.Query{{}, store.Withdrawn} {
		releases, _, err := room.Releases(query, "", 10_000)
		if err != nil {
			t.Fatal(err)
		}
		for _, release := range releases {
			record, err := release.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			records[release.Key] = string(record)
		}
	}
	return records
}

// follower reads a change log in the background for as long as it is served.
type follower struct {
	t       *testing.T
	random  *rand.Rand
	records map[string]string
	since   string
	told    int
	read    chan string // the cursor after each answer that arrived
}

func newFollower(t *testing.T, random *rand.Rand) *follower {
	return &follower{t: t, random: random, records: map[string]string{}}
}

// serve starts a server on its own port and reads from it until stop is
// called.
func (f *follower) serve(room *store.Newsroom) (stop func()) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		f.t.Fatal(err)
	}
	f.read = make(chan string, 10_000)
	serving, stopServing := context.WithCancel(context.Background())
	reading, stopReading := context.WithCancel(context.Background())
	served, ended := make(chan error, 1), make(chan struct{})
	go func() {
		served <- server.Serve(serving, listener, server.New(logging(room)), slog.New(slog.DiscardHandler))
	}()
	random := rand.New(rand.NewPCG(f.random.Uint64(), 2))
	go func() { defer close(ended); f.follow(reading, random, listener.Addr().String()) }()
	return func() {
		// The server goes first, as in life, so that an answer may be cut off.
		stopServing()
		if err := <-served; err != nil {
			f.t.Error(err)
		}
		stopReading()
		<-ended
	}
}

// follow asks again and again, each time with the cursor of the last answer
// that came whole.
func (f *follower) follow(ctx context.Context, random *rand.Rand, address string) {
	transport := &http.Transport{DisableKeepAlives: true}
	for ctx.Err() == nil {
		// Some requests are given up on the way.
		asking, giveUp := context.WithTimeout(ctx, time.Duration(1+random.IntN(40))*time.Millisecond)
		query := fmt.Sprintf("?since=%s&limit=%d&wait=%dms", f.since, 1+random.IntN(7), random.IntN(30))
		r, err := http.NewRequestWithContext(asking, http.MethodGet, "http://"+address+changesPath+query, nil)
		if err != nil {
			f.t.Error(err)
		}
		if response, err := transport.RoundTrip(r); err == nil {
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			// A server that is about to end may ask to come again.
			if err == nil && response.StatusCode != http.StatusServiceUnavailable {
				f.take(reply{response, string(body)})
			}
		}
		giveUp()
	}
}

// take applies one answer.
func (f *follower) take(got reply) {
	list, next := lines(f.t, got)
	last := f.since
	for _, c := range list {
		if c.Cursor <= last {
			f.t.Errorf("change %s comes after %s", c.Cursor, last)
		}
		last = c.Cursor
		var release struct{ Key, Withdrawn string }
		if err := json.Unmarshal(c.Release, &release); err != nil {
			f.t.Error(err)
		}
		if (c.Change == "withdrawn") != (release.Withdrawn != "") {
			f.t.Errorf("%s is told as %s", c.Release, c.Change)
		}
		f.records[release.Key] = string(c.Release)
		f.told++
	}
	f.since = next
	f.read <- next
}

// catchUp waits until the follower has read all that there is.
func (f *follower) catchUp(room *store.Newsroom) {
	f.t.Helper()
	end, err := room.Latest()
	if err != nil {
		f.t.Fatal(err)
	}
	for timeout := time.After(20 * time.Second); ; {
		select {
		case read := <-f.read:
			if read >= string(end) {
				return
			}
		case <-timeout:
			f.t.Fatal("the reader does not catch up")
		}
	}
}
