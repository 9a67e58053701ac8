package main

import (
	"math"
	"runtime/debug"
)

// What serve keeps in memory. Rendered documents are most of it: 34,000 releases
// make some 300 documents to subscribe to, of 29 MiB in all codings. The collector
// of garbage then works harder from servingMemory on, instead of letting the heap
// grow to twice of what is in use; documents may take so much less that it never
// has to work for nothing. The pages of the store that are mapped come on top:
// those are the system's cache, and counted with the process.
const (
	keptDocuments = 34 << 20
	servingMemory = 52 << 20
)

// boundMemory sets that limit, unless the operator set one by GOMEMLIMIT, and
// returns what takes it back.
func boundMemory() (restore func()) {
	before := debug.SetMemoryLimit(-1)
	if before == math.MaxInt64 {
		debug.SetMemoryLimit(servingMemory)
	}
	return func() { debug.SetMemoryLimit(before) }
}

// collectLoosely lets a collection's memory grow a third more between two
// rounds of the garbage collector, which costs much of its CPU: it ends soon,
// and holds little. What the environment says stands.
func collectLoosely() (restore func()) {
	const usual, loose = 100, 130
	before := debug.SetGCPercent(loose)
	if before != usual {
		debug.SetGCPercent(before)
	}
	return func() { debug.SetGCPercent(before) }
}
