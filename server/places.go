package server

// find returns the place of path and marks it as used, or nil.
func (r *renderings) find(path string) *place {
	r.mu.RLock()
	p := r.places[path]
	r.mu.RUnlock()
	// Looked at first: many processors can share a line that none writes.
	if p != nil && !p.used.Load() {
		p.used.Store(true)
	}
	return p
}

// settle returns the place of path and makes room for one if need be.
func (r *renderings) settle(path string) *place {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.places[path]; p != nil {
		return p
	}
	if len(r.places) >= r.limit.paths {
		r.makeRoom()
	}
	p := new(place)
	p.used.Store(true)
	r.places[path] = p
	return p
}

// keep puts k at p and gives up other places until all fit into the limit. A
// rendition that would push out everything else is given up itself.
func (r *renderings) keep(path string, p *place, k *kept) {
	p.kept.Store(k)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.places[path] != p {
		return // given up while it was rendered
	}
	r.weight += k.weight - p.weight
	p.weight = k.weight
	if p.weight > r.limit.bytes {
		r.giveUp(path)
	}
	for r.weight > r.limit.bytes {
		r.makeRoom()
	}
}

// makeRoom gives up one place: the first that nobody used since room was last
// looked for, or any when all were. It needs mu.
func (r *renderings) makeRoom() {
	var victim string
	for path, p := range r.places {
		victim = path
		if !p.used.Swap(false) {
			break
		}
	}
	r.giveUp(victim)
}

// giveUp needs mu.
func (r *renderings) giveUp(path string) {
	r.weight -= r.places[path].weight
	delete(r.places, path)
}

// clear gives up the place of a document that is gone.
func (r *renderings) clear(path string, p *place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.places[path] == p {
		r.giveUp(path)
	}
}
