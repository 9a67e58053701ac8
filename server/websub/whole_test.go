package websub_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/feed"
	"communique/server"
	"communique/server/websub"
	"communique/store"
)

var noon = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

// house is the whole program but for its collector: store, press and server
// on loopback, and a publisher that is told of each commit.
type house struct {
	t       *testing.T
	room    *store.Newsroom
	base    string
	handler *server.Handler
}

func newHouse(t *testing.T, hub *testHub) *house {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "communique.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	room, err := db.Newsroom("osce")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, room: room, base: "http://" + listener.Addr().String()}
	press, err := feed.NewPress(h.base, feed.Limits{Releases: 10, Bytes: 250_000}, feed.Room{Store: room, Newsroom: feed.Newsroom{
		Name: "osce", Title: "OSCE", Home: "https://www.osce.org/press-releases", Language: "en", IDPrefix: "tag:osce.org,1999:", Hub: hub.URL,
	}})
	if err != nil {
		t.Fatal(err)
	}
	h.handler = server.New(server.Options{Press: press, Base: h.base})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener, h.handler, slog.New(slog.DiscardHandler)) }()
	t.Cleanup(func() { stop(); <-ended })
	return h
}

// watched is the handler of a house, which says when it is looked at.
type watched struct {
	*server.Handler
	looked chan struct{}
}

func (w watched) Topics() ([]string, error) {
	w.looked <- struct{}{}
	return w.Handler.Topics()
}

// publish runs a publisher until stop is called; looked gets one for each time
// that it looked at the topics.
func (h *house) publish(hub *testHub) (looked chan struct{}, stop func()) {
	looked = make(chan struct{}, 1000)
	transport := &http.Transport{}
	p := websub.New(websub.Options{
		Hub: hub.url(), Base: h.base, Site: watched{h.handler, looked}, Memory: h.room, Transport: transport, Pause: time.Millisecond,
		Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(context.Background())
	var both sync.WaitGroup
	both.Go(func() { p.Run(ctx) })
	both.Go(func() {
		for version := h.room.Version(); h.room.Wait(ctx, version) == nil; p.Changed() {
			version = h.room.Version()
		}
	})
	<-looked
	p.Changed()
	<-looked // the first look has ended
	return looked, func() { cancel(); both.Wait(); transport.CloseIdleConnections() }
}

// put stores releases of a topic that are so many days old.
func (h *house) put(topic string, day int, keys ...string) {
	h.t.Helper()
	var page []store.Release
	for i, key := range keys {
		day := store.DayOf(noon.AddDate(0, 0, -day-i))
		page = append(page, store.Release{
			ID: "tag:osce.org,1999:release/" + key, Key: key, URL: "https://www.osce.org/node/" + key,
			Title: "Release " + key, Day: day, Published: day.Noon(), Topics: []store.Tag{{Name: topic}},
		})
	}
	if _, err := h.room.Put(store.Page{Releases: page, Seen: noon}); err != nil {
		h.t.Fatal(err)
	}
}

func numbered(prefix string, n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprint(prefix, 1000+i)
	}
	return keys
}

// A subscriber's hub hears of each feed that a new release is in, and of no
// other, and finds the release there when it looks; an archive that is read
// afterwards is no news.
func TestWhole(t *testing.T) {
	hub := newTestHub(t)
	h := newHouse(t, hub)
	h.put("Policing", 0, numbered("1", 20)...)
	h.put("Migration", 1, numbered("2", 20)...)
	h.put("Policing", 400, numbered("3", 50)...) // the archive that the feeds link to
	looked, stop := h.publish(hub)
	h.put("Policing", 0, "9999")
	var want []string
	for _, stem := range []string{"all", "topics/policing"} {
		for _, suffix := range []string{".atom", ".json", ".rss"} {
			want = append(want, h.base+"/osce/"+stem+suffix)
		}
	}
	told := hub.wait(len(want))
	slices.Sort(told)
	if diff := cmp.Diff(want, told); diff != "" {
		t.Fatal(diff)
	}
	for _, address := range told {
		h.fetch(hub, address)
	}
	<-looked
	for i := range 5 {
		h.put("Policing", 3000+50*(i+1), numbered(fmt.Sprint("4", i), 50)...)
		<-looked
	}
	stop()
	hub.silent()
	// After a restart only what changed meanwhile is told.
	h.put("Migration", 0, "9998")
	_, stop = h.publish(hub)
	defer stop()
	for _, topic := range hub.wait(6) {
		if !strings.Contains(topic, "/all.") && !strings.Contains(topic, "/migration.") {
			t.Errorf("after a restart the hub was told of %s", topic)
		}
	}
}

// fetch does what a hub does with an address that it is told.
func (h *house) fetch(hub *testHub, address string) {
	h.t.Helper()
	response, err := http.Get(address)
	if err != nil {
		h.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	if want := `<` + hub.URL + `>; rel="hub", <` + address + `>; rel="self"`; response.Header.Get("Link") != want {
		h.t.Errorf("%s has Link %q, want %q", address, response.Header.Get("Link"), want)
	}
	if text := string(body); !strings.Contains(text, "Release 9999") || !strings.Contains(text, hub.URL) {
		h.t.Errorf("%s does not hold the new release and the hub", address)
	}
}
