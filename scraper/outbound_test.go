package scraper_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"communique/scraper"
)

// names is a name server that has one answer for every name, and counts how
// often it gave the first address of it.
type names struct {
	net.PacketConn
	answer []netip.Addr
	given  atomic.Int64
}

// newNames makes every look-up of the test go to a name server of its own.
func newNames(t *testing.T, answer ...netip.Addr) *names {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &names{PacketConn: conn, answer: answer}
	done := make(chan struct{})
	go func() { defer close(done); n.serve() }()
	usual := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	t.Cleanup(func() {
		net.DefaultResolver = usual
		_ = conn.Close()
		<-done
	})
	return n
}

func (n *names) serve() {
	packet := make([]byte, 1500)
	for {
		size, from, err := n.ReadFrom(packet)
		if err != nil {
			return
		}
		var message dnsmessage.Message
		if message.Unpack(packet[:size]) != nil || len(message.Questions) != 1 {
			continue
		}
		reply, err := n.reply(message).Pack()
		if err == nil {
			_, _ = n.WriteTo(reply, from)
		}
	}
}

func (n *names) reply(message dnsmessage.Message) *dnsmessage.Message {
	question := message.Questions[0]
	message.Response, message.Additionals = true, nil
	for i, address := range n.answer {
		before := len(message.Answers)
		header := dnsmessage.ResourceHeader{Name: question.Name, Type: question.Type, Class: question.Class}
		switch {
		case question.Type == dnsmessage.TypeA && address.Is4():
			message.Answers = append(message.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: address.As4()}})
		case question.Type == dnsmessage.TypeAAAA && address.Is6():
			message.Answers = append(message.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: address.As16()}})
		}
		if i == 0 && len(message.Answers) > before {
			n.given.Add(1)
		}
	}
	return &message
}

// TestRebinding has the newsroom's own name lead to private addresses. What is
// judged is the address of the connection itself: a name is looked up once for
// a connection, so that nothing is gained by one that answers otherwise the
// second time.
func TestRebinding(t *testing.T) {
	for _, addresses := range []string{"127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "192.168.0.1 172.16.0.1 ::1"} {
		var answer []netip.Addr
		for text := range strings.FieldsSeq(addresses) {
			answer = append(answer, netip.MustParseAddr(text))
		}
		names := newNames(t, answer...)
		options := optionsFor(t, nil)
		_, err := scraper.New(osce(t), options).Visit(t.Context(), osce(t).First(), scraper.Validators{})
		checkRefused(t, err, "prohibited IP address")
		if given := names.given.Load(); given != 1 {
			t.Errorf("%s: the name was looked up %d times for one connection", addresses, given)
		}
	}
}

// TestJudgedOnce has a name lead to an address that may be dialled, but is
// nobody's: whoever judged the name and then dialled it would look it up again,
// and might be led elsewhere.
func TestJudgedOnce(t *testing.T) {
	names := newNames(t, netip.MustParseAddr("3ffe:ffff::1"))
	options := optionsFor(t, nil)
	transport := scraper.NewTransportWithin(nil, 100*time.Millisecond)
	t.Cleanup(transport.CloseIdleConnections)
	options.Transport = transport
	_, err := scraper.New(osce(t), options).Visit(t.Context(), osce(t).First(), scraper.Validators{})
	if given := names.given.Load(); given != 1 || !errors.Is(err, scraper.ErrTryLater) {
		t.Errorf("the name was looked up %d times for one connection: %v", given, err)
	}
}

// mute is a listener on loopback whose connections are taken and never answered.
func mute(t *testing.T, scheme string) *url.URL {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return &url.URL{Scheme: scheme, Host: ln.Addr().String(), Path: "/press-releases"}
}

// TestPhases: whoever is silent in one phase of a request is left, and it is
// said in which.
func TestPhases(t *testing.T) {
	for _, limited := range []*url.URL{nil, mute(t, "http")} {
		transport := scraper.NewTransport(limited)
		for phase, limit := range map[string]time.Duration{"TLS": transport.TLSHandshakeTimeout, "header": transport.ResponseHeaderTimeout, "idle": transport.IdleConnTimeout} {
			if limit <= 0 || limit > 2*time.Minute {
				t.Errorf("%s: limited to %s", phase, limit)
			}
		}
	}
	for scheme, says := range map[string]string{"https": "TLS handshake timeout", "http": "timeout awaiting response headers"} {
		at := mute(t, scheme)
		options := optionsFor(t, at)
		transport := scraper.NewTransport(at)
		t.Cleanup(transport.CloseIdleConnections)
		transport.TLSHandshakeTimeout, transport.ResponseHeaderTimeout = 50*time.Millisecond, 50*time.Millisecond
		options.Transport = transport
		_, err := scraper.New(osce(t), options).Visit(t.Context(), at, scraper.Validators{})
		if !errors.Is(err, scraper.ErrTryLater) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", scheme, err, says)
		}
	}
}

// TestDialLimit: a connection that does not come to stand is given up after ten
// seconds, wherever it leads, and it is said what was waited for.
func TestDialLimit(t *testing.T) {
	alone := net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed }}
	_, _ = alone.LookupHost(t.Context(), "mirror.example") // makes what all look-ups share, which no bubble may
	for name, chosen := range map[string]*url.URL{"a host of the newsroom's": nil, "the chosen host": {Scheme: "http", Host: "mirror.example:8080", Path: "/press-releases"}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := silence(t)
				options := optionsFor(t, chosen)
				options.Now, options.Timeout = time.Now, time.Hour
				s := scraper.New(osce(t), options)
				began := time.Now()
				_, err := s.Visit(t.Context(), s.First(), scraper.Validators{})
				if !errors.Is(err, scraper.ErrTryLater) || !strings.Contains(err.Error(), "no connection within 10s") {
					t.Error(err)
				}
				if took := time.Since(began); took != 10*time.Second {
					t.Errorf("took %s", took)
				}
				release()
			})
		})
	}
}

// silence makes every look-up wait until it is released, with no answer then.
func silence(t *testing.T) (release func()) {
	usual, silent := net.DefaultResolver, make(chan struct{})
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		<-silent
		return nil, errors.New("nobody is there")
	}}
	t.Cleanup(func() { net.DefaultResolver = usual })
	return func() { close(silent) }
}
