package server

import (
	"container/list"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// Connections bound how many connections a listener has open.
type Connections struct {
	// Most is how many there may be. 0 means 2000, which take about 40 MB when
	// all of them are in use; below 0 there is no bound.
	Most int
	// Proxies may open as many of those as they like, as may this machine and
	// private networks; everybody else, half.
	Proxies Proxies
}

const (
	usualConnections = 2000
	// share is which part of all connections one client may have.
	share = 2
)

// Limit returns a listener that keeps to a bound. When all places are taken, a
// newcomer gets that of the connection that has been of no use for longest: one
// that waits for its reader's next request, or has not sent its first one. Only
// when each answers somebody does the newcomer wait, as long as one of those
// takes. This needs Serve, which tells the listener what its connections do.
func Limit(inner net.Listener, bound Connections, log *slog.Logger) net.Listener {
	most := bound.Most
	switch {
	case most == 0:
		most = usualConnections
	case most < 0:
		most = math.MaxInt
	}
	return &limited{
		Listener: inner, most: most, each: max(1, most/share), proxies: bound.Proxies, log: log,
		closed: make(chan struct{}), roomier: make(chan struct{}, 1), useless: list.New(), by: make(map[netip.Addr]int),
	}
}

// limited is a listener with a bound.
type limited struct {
	net.Listener
	most, each int
	proxies    Proxies
	log        *slog.Logger

	closed    chan struct{}
	closeOnce sync.Once
	roomier   chan struct{} // holds a value after a connection was closed or became of no use

	mu      sync.Mutex
	open    int
	by      map[netip.Addr]int // connections of each client
	useless *list.List         // of *limitedConn, the one that is so for longest first
	full    bool               // told that all places are taken
}

// limitedConn is a connection that takes a place.
type limitedConn struct {
	net.Conn
	listener *limited
	client   netip.Addr // invalid if its connections are not counted
	once     sync.Once
	err      error // of Close

	// place is in listener.useless, nil if the connection is of use; gone says
	// that it was closed. Both need listener.mu.
	place *list.Element
	gone  bool
}

// Accept waits for a connection, and for a place if there is none to give up.
func (l *limited) Accept() (net.Conn, error) {
	for {
		connection, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		admitted, err := l.admit(connection)
		if err != nil {
			_ = connection.Close()
			return nil, err
		}
		if admitted != nil {
			return admitted, nil
		}
		_ = connection.Close() // one of a client that has enough
	}
}

// admit gives connection a place. It is nil if its client has enough of them.
func (l *limited) admit(connection net.Conn) (*limitedConn, error) {
	counted := l.counted(connection)
	for {
		l.mu.Lock()
		if counted.IsValid() && l.by[counted] >= l.each {
			l.mu.Unlock()
			return nil, nil
		}
		if l.open < l.most {
			defer l.mu.Unlock()
			return l.seat(connection, counted), nil
		}
		victim := l.leastUseful()
		l.mu.Unlock()
		if victim != nil {
			_ = victim.Close()
			continue
		}
		select {
		case <-l.roomier:
		case <-l.closed:
			return nil, net.ErrClosed
		}
	}
}

// counted returns whom the connection is put down to, an invalid address if
// others may stand behind it.
func (l *limited) counted(connection net.Conn) netip.Addr {
	peer := addressOf(connection.RemoteAddr().String())
	if peer.isLocal() || l.proxies.contain(peer.Addr) {
		return netip.Addr{}
	}
	return peer.network()
}

// seat needs mu.
func (l *limited) seat(connection net.Conn, counted netip.Addr) *limitedConn {
	c := &limitedConn{Conn: connection, listener: l, client: counted}
	l.open++
	l.by[counted]++
	c.place = l.useless.PushBack(c)
	return c
}

// leastUseful returns the connection to give up, nil if each is of use, and
// tells once that it came to this. It needs mu.
func (l *limited) leastUseful() *limitedConn {
	if !l.full {
		l.full = true
		l.log.Warn("all connections are taken; those that ask for nothing are given up for others", "connections", l.most)
	}
	first := l.useless.Front()
	if first == nil {
		return nil
	}
	return first.Value.(*limitedConn)
}

// Close ends the listener, and any wait for a place.
func (l *limited) Close() error {
	l.closeOnce.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// observe is told by the server what a connection does from now on.
func (l *limited) observe(connection net.Conn, state http.ConnState) {
	c, ok := connection.(*limitedConn)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case state == http.StateActive && c.place != nil:
		l.useless.Remove(c.place)
		c.place = nil
	case state == http.StateIdle && c.place == nil && !c.gone:
		c.place = l.useless.PushBack(c)
		l.wake()
	}
}

// Close gives the connection's place back.
func (c *limitedConn) Close() error {
	c.once.Do(func() {
		c.err = c.Conn.Close()
		c.listener.leave(c)
	})
	return c.err
}

// CloseWrite ends what the reader gets while the rest of what it sends is still
// taken. Without it the server would cut off a request that is too large along
// with the answer that says so.
func (c *limitedConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

func (l *limited) leave(c *limitedConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.place != nil {
		l.useless.Remove(c.place)
	}
	c.place, c.gone = nil, true
	l.open--
	if l.by[c.client]--; l.by[c.client] == 0 {
		delete(l.by, c.client)
	}
	// Told again only after there was room for a while.
	l.full = l.full && l.open > l.most-max(1, l.most/share)
	l.wake()
}

// wake has a newcomer that waits look again.
func (l *limited) wake() {
	select {
	case l.roomier <- struct{}{}:
	default:
	}
}
