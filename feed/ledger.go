package feed

import (
	"fmt"
	"sync"
	"time"

	"communique/store"
)

// ledger knows in which months a newsroom's releases changed, so that who read
// an index reads again what can have changed of it. It learns that from the
// change log, whenever it is asked.
type ledger struct {
	mu     sync.Mutex
	cursor store.ChangeCursor
	begun  bool
	step   int           // counts the readings that told something
	floor  int           // of earlier steps nothing is known any more
	months map[int32]int // YYYYMM, and at which step something of it changed last
}

// mostTold is how many changes are looked at one by one. After more, as a
// collection of the archive brings, everything is read again.
const mostTold = 1000

// advance reads the change log to its end and returns the step that it came to.
// What is read of the store afterwards knows all that was told until then.
func (l *ledger) advance(from *store.Newsroom) (step int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.begun {
		err = l.begin(from)
		return l.step, err
	}
	told, next, err := from.Changes(l.cursor, mostTold)
	if err != nil {
		return 0, fmt.Errorf("reading what changed: %w", err)
	}
	if len(told) == mostTold {
		err = l.begin(from)
		return l.step, err
	}
	l.cursor = next
	if len(told) > 0 {
		l.step++
	}
	for _, c := range told {
		l.months[date(store.DayOf(c.Release.Published))/100] = l.step
	}
	return l.step, nil
}

// begin forgets what was told before the end of the change log.
func (l *ledger) begin(from *store.Newsroom) (err error) {
	if l.cursor, err = from.Latest(); err != nil {
		return fmt.Errorf("reading what changed: %w", err)
	}
	l.begun, l.months = true, map[int32]int{}
	l.step++
	l.floor = l.step
	return nil
}

// since returns the months in which something changed after a step, and false
// if nobody knows.
func (l *ledger) since(step int) (changed []period, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if step < l.floor {
		return nil, false
	}
	for m, at := range l.months {
		if at > step {
			changed = append(changed, periodOf(month, store.Day{Year: int(m / 100), Month: time.Month(m % 100), Day: 1}))
		}
	}
	return changed, true
}
