package server

// Kept returns how many documents are kept ready, and the bytes of memory that
// they take in all codings.
func (h *Handler) Kept() (documents, bytes int) {
	r := h.open.renderings
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.places), r.weight
}
