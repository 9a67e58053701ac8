package server

import (
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// Proxies are the addresses of the reverse proxies that readers come by way of.
//
// Behind one of them the client is the last address of X-Forwarded-For that is
// not a proxy's; what stands before it anybody may have written. From every
// other peer the field is not believed, and Forwarded and X-Real-IP never are.
type Proxies []netip.Prefix

func (p Proxies) contain(address netip.Addr) bool {
	return slices.ContainsFunc(p, func(prefix netip.Prefix) bool { return prefix.Contains(address) })
}

// client is whom a request or a connection is put down to. Its zero value is
// nobody in particular.
type client struct{ netip.Addr }

// network returns what one client has for itself: an IPv4 address, or the 64
// bits of an IPv6 address that a provider gives to one household at least.
func (c client) network() netip.Addr {
	if !c.Is6() {
		return c.Addr
	}
	prefix, err := c.Prefix(64)
	if err != nil {
		return c.Addr
	}
	return prefix.Addr()
}

// addressOf reads the address of a peer; the client is nobody's if it can't be
// told, as on a socket that has no address.
func addressOf(peer string) client {
	if both, err := netip.ParseAddrPort(peer); err == nil {
		return client{both.Addr().Unmap().WithZone("")}
	}
	alone, err := netip.ParseAddr(strings.Trim(peer, "[]"))
	if err != nil {
		return client{}
	}
	return client{alone.Unmap().WithZone("")}
}

// clients tells who asks.
type clients struct {
	proxies Proxies
	log     *slog.Logger
	untold  sync.Once // said that readers come by way of a proxy nobody named
}

// mostHops is how many addresses of X-Forwarded-For are looked at.
const mostHops = 16

// isLocal reports whether others may stand behind an address: this machine's own,
// and those of private networks, are where proxies and translators of addresses
// ask from. Unless the operator names them, their readers can't be told apart,
// and to count all of them as one would shut all out for the haste of one.
func (c client) isLocal() bool {
	return !c.IsValid() || c.IsLoopback() || c.IsPrivate() || c.IsLinkLocalUnicast()
}

// of returns the client of a request; if it is local, nothing should be put down
// to it.
func (c *clients) of(r *http.Request) client {
	peer, forwarded := addressOf(r.RemoteAddr), r.Header["X-Forwarded-For"]
	if len(forwarded) == 0 {
		return peer
	}
	if c.proxies.contain(peer.Addr) {
		return c.behind(peer, forwarded)
	}
	if peer.isLocal() {
		c.untold.Do(func() {
			c.log.Warn("readers come by way of a proxy that is not among the trusted ones; they are not limited", "proxy", peer.String())
		})
	}
	return peer
}

// behind walks a chain of proxies from its near end to the first address that
// is not one of theirs.
func (c *clients) behind(peer client, forwarded []string) client {
	last := peer
	hops := 0
	for _, line := range slices.Backward(forwarded) {
		for line != "" && hops < mostHops {
			var hop string
			if comma := strings.LastIndexByte(line, ','); comma >= 0 {
				line, hop = line[:comma], line[comma+1:]
			} else {
				line, hop = "", line
			}
			next := addressOf(strings.TrimSpace(hop))
			if !next.IsValid() {
				return last
			}
			if last = next; !c.proxies.contain(next.Addr) {
				return last
			}
			hops++
		}
	}
	return last
}
