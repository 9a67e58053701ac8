package server

import "net"

// ListenTo returns a listener that accepts the connections of a channel.
func ListenTo(connections chan net.Conn) net.Listener {
	return single{connections, make(chan struct{})}
}

// Kept returns how many bytes h counts for what it keeps rendered, and lets
// the tests outside the package see that the count holds.
func Kept(h *Handler) int {
	r := h.open.renderings
	r.mu.Lock()
	defer r.mu.Unlock()
	sum := 0
	for _, p := range r.places {
		if k := p.kept.Load(); k != nil {
			sum += k.weight
		}
	}
	if sum != r.weight {
		panic("what is kept weighs other than what is counted")
	}
	return sum
}
