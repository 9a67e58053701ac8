package server

import (
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestClient(t *testing.T) {
	proxies := Proxies{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:ffff::/48")}
	for _, tt := range []struct {
		peer      string
		forwarded []string
		proxies   Proxies
		want      string // "" is nobody
	}{
		{peer: "192.0.2.1:4711", want: "192.0.2.1"},
		{peer: "[::ffff:192.0.2.1]:4711", want: "192.0.2.1"},
		{peer: "[2001:db8:1:2:3:4:5:6]:4711", want: "2001:db8:1:2::"},
		{peer: "[fe80::1%eth0]:4711"},
		{peer: "127.0.0.1:4711"},
		{peer: "[::1]:4711"},
		{peer: "10.1.2.3:4711"},
		{peer: "[fd00::1]:4711"},
		{peer: "@"},
		{peer: ""},
		// Nobody is believed who is not among the proxies.
		{peer: "192.0.2.1:4711", forwarded: []string{"198.51.100.7"}, want: "192.0.2.1"},
		{peer: "192.0.2.1:4711", forwarded: []string{"198.51.100.7"}, proxies: proxies, want: "192.0.2.1"},
		{peer: "127.0.0.1:4711", forwarded: []string{"198.51.100.7"}},
		{peer: "10.1.2.3:4711", forwarded: []string{"198.51.100.7"}},
		// A proxy is believed in what it added itself.
		{peer: "127.0.0.1:4711", forwarded: []string{"198.51.100.7"}, proxies: proxies, want: "198.51.100.7"},
		{peer: "127.0.0.1:4711", forwarded: []string{"203.0.113.1, 198.51.100.7"}, proxies: proxies, want: "198.51.100.7"},
		{peer: "127.0.0.1:4711", forwarded: []string{"203.0.113.1", "198.51.100.7"}, proxies: proxies, want: "198.51.100.7"},
		{peer: "127.0.0.1:4711", forwarded: []string{"198.51.100.7 ,10.1.1.1,  2001:db8:ffff::9"}, proxies: proxies, want: "198.51.100.7"},
		{peer: "127.0.0.1:4711", forwarded: []string{"198.51.100.7:1234"}, proxies: proxies, want: "198.51.100.7"},
		{peer: "127.0.0.1:4711", forwarded: []string{"[2001:db8:1:2:3::]:1234"}, proxies: proxies, want: "2001:db8:1:2::"},
		{peer: "127.0.0.1:4711", forwarded: []string{"[2001:db8:1:2:3::]"}, proxies: proxies, want: "2001:db8:1:2::"},
		{peer: "[::ffff:10.9.9.9]:1", forwarded: []string{"::ffff:198.51.100.7"}, proxies: proxies, want: "198.51.100.7"},
		// Garbage stands for the last hop that is known.
		{peer: "127.0.0.1:4711", forwarded: []string{"198.51.100.7, unknown"}, proxies: proxies},
		{peer: "127.0.0.1:4711", forwarded: []string{"unknown, 198.51.100.7"}, proxies: proxies, want: "198.51.100.7"},
		{peer: "127.0.0.1:4711", forwarded: []string{"", ","}, proxies: proxies},
		{peer: "127.0.0.1:4711", proxies: proxies},
		{peer: "127.0.0.1:4711", forwarded: []string{strings.Repeat("10.1.1.1,", 1000)}, proxies: proxies},
	} {
		c := clients{proxies: tt.proxies, log: slog.New(slog.DiscardHandler)}
		asking := c.of(&http.Request{RemoteAddr: tt.peer, Header: http.Header{"X-Forwarded-For": tt.forwarded}})
		got := ""
		if !asking.isLocal() {
			got = asking.network().String()
		}
		if got != tt.want {
			t.Errorf("peer %q, forwarded %.60q, trusted %v: the client is %q, want %q", tt.peer, tt.forwarded, tt.proxies, got, tt.want)
		}
	}
}

// The table of clients stays small, and a flood from many addresses gives one
// that was turned away no fresh start.
func TestForgetting(t *testing.T) {
	at := time.Date(2026, time.November, 23, 9, 15, 7, 0, time.UTC)
	l := newLimiter(Options{Clock: func() time.Time { return at }, Log: quiet, Rate: Rate{Requests: 1, Burst: 5}})
	l.most = 100
	ask := func(peer netip.Addr) bool {
		return l.turnAway(&http.Request{RemoteAddr: netip.AddrPortFrom(peer, 1).String()}) == 0
	}
	hasty := netip.MustParseAddr("192.0.2.1")
	for range 10 {
		ask(hasty)
	}
	stranger := netip.MustParseAddr("198.18.0.0")
	for range 10_000 {
		if stranger = stranger.Next(); !ask(stranger) {
			t.Fatalf("%v was turned away at its first request", stranger)
		}
		if len(l.buckets) > l.most {
			t.Fatalf("%d clients are remembered", len(l.buckets))
		}
	}
	if ask(hasty) {
		t.Error("the client that asked too often was forgotten")
	}
}
