package sample

import (
	"maps"
	"sync"
)

// The bounds of what the site remembers of its visitors.
const (
	mostAddresses  = 20_000
	longestAddress = 2_000
)

// traffic counts requests and tells of them.
type traffic struct {
	mu        sync.Mutex
	requests  map[string]int
	onListing func(*Site, int)
}

// OnListing has hook called for each page of the listing that the site serves,
// with its number, which counts from 0. It is called when the page is written
// but not yet sent: what the hook does to the site, such as Add, is not on this
// page, and surely on the next one that the same visitor asks for. Visitors at
// once mean calls at once. A hook takes the place of the one before; nil is
// none. Pages that a fault answers in the listing's stead don't count.
func (s *Site) OnListing(hook func(s *Site, page int)) {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	s.traffic.onListing = hook
}

// Requests returns how often each address was asked for, by path and query as
// they came, whatever the answer. It tells 20,000 addresses apart; all others,
// and those longer than 2,000 bytes, are counted under "".
func (s *Site) Requests() map[string]int {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	return maps.Clone(s.traffic.requests)
}

func (t *traffic) count(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.requests == nil {
		t.requests = map[string]int{}
	}
	_, known := t.requests[address]
	if !known && (len(t.requests) >= mostAddresses || len(address) > longestAddress) {
		address = ""
	}
	t.requests[address]++
}

// listed tells of a page of the listing.
func (t *traffic) listed(s *Site, page int) {
	t.mu.Lock()
	hook := t.onListing
	t.mu.Unlock()
	if hook != nil {
		hook(s, page)
	}
}
