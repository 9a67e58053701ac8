package feed

import (
	"cmp"
	"slices"
	"sync"

	"communique/store"
)

// calendar is on which days something was published, newest first, and the
// periods that the days fall into if a release weighs nothing.
type calendar struct {
	days    []store.CalendarDay
	periods []period
}

// newCalendar divides days into the longest periods that hold few enough
// releases.
func newCalendar(days []store.CalendarDay) *calendar {
	c := &calendar{days: days}
	for rest := days; len(rest) > 0; {
		leaf, _ := narrow(rest[0].Day, func(tried period) (bool, error) {
			n := 0
			for _, d := range c.of(tried) {
				n += d.Releases
			}
			return n <= maxArchived, nil
		})
		c.periods = append(c.periods, leaf)
		rest = rest[len(daysOf(rest, leaf)):]
	}
	return c
}

// of returns the days of a period.
func (c *calendar) of(p period) []store.CalendarDay { return daysOf(c.days, p) }

func daysOf(days []store.CalendarDay, p period) []store.CalendarDay {
	newest := func(d store.CalendarDay, limit store.Day) int {
		return cmp.Or(cmp.Compare(limit.Year, d.Day.Year), cmp.Compare(limit.Month, d.Day.Month), cmp.Compare(limit.Day, d.Day.Day))
	}
	begin, _ := slices.BinarySearchFunc(days, p.newest, newest)
	end, found := slices.BinarySearchFunc(days, p.oldest, newest)
	if found {
		end++
	}
	return days[begin:end]
}

// sum tells the days of a period apart from those that another release or
// another version of one stands in.
func (c *calendar) sum(p period) uint64 {
	var parts []uint64
	for _, d := range c.of(p) {
		parts = append(parts, uint64(d.Day.Year*10000+int(d.Day.Month)*100+d.Day.Day), uint64(d.Releases), d.Sum)
	}
	return mix(parts...)
}

// memory is what a press learned from the stores and would have to read again:
// all of it is bounded and none of it needed.
type memory struct {
	mu         sync.Mutex
	calendars  map[filed]keptCalendar
	days       int
	pieces     map[pieces]spread
	boundaries map[boundary]period
}

// filed is a filing of a newsroom.
type filed struct {
	newsroom string
	query    store.Query
}

type keptCalendar struct {
	version uint64
	*calendar
}

// pieces is what a period of a filing was split into when its days had a sum.
type pieces struct {
	filed
	period period
	sum    uint64
}

// spread is what a period was split into, newest first, and how many releases
// each has.
type spread struct {
	periods []period
	counts  []int
}

// boundary is in which period a release lay at a version of a filing.
type boundary struct {
	newsroom string
	query    store.Query
	version  uint64
	key      string
}

const (
	maxDaysKept   = 200_000
	maxPiecesKept = 1 << 14
	maxBoundaries = 1 << 10
)

func newMemory() *memory {
	return &memory{calendars: map[filed]keptCalendar{}, pieces: map[pieces]spread{}, boundaries: map[boundary]period{}}
}

// calendar returns the calendar of a filing at a version, read anew if another
// one is kept.
func (m *memory) calendar(r room, q store.Query, version uint64) (*calendar, error) {
	key := filed{r.Newsroom.Name, q}
	m.mu.Lock()
	kept, ok := m.calendars[key]
	m.mu.Unlock()
	if ok && kept.version == version {
		return kept.calendar, nil
	}
	days, err := r.Store.Calendar(q)
	if err != nil {
		return nil, err
	}
	fresh := keptCalendar{version, newCalendar(days)}
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, ok := m.calendars[key]; ok {
		m.days -= len(old.days)
	}
	if m.days+len(days) > maxDaysKept {
		clear(m.calendars)
		m.days = 0
	}
	m.calendars[key] = fresh
	m.days += len(days)
	return fresh.calendar, nil
}

// split returns what a period was split into, and what learns it if need be.
func (m *memory) split(key pieces, learn func() (spread, error)) (spread, error) {
	m.mu.Lock()
	known, ok := m.pieces[key]
	m.mu.Unlock()
	if ok {
		return known, nil
	}
	learned, err := learn()
	if err != nil {
		return spread{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.pieces) >= maxPiecesKept {
		clear(m.pieces)
	}
	m.pieces[key] = learned
	return learned, nil
}

func (m *memory) boundary(key boundary) (period, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.boundaries[key]
	return p, ok
}

func (m *memory) remember(key boundary, p period) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.boundaries) >= maxBoundaries {
		clear(m.boundaries)
	}
	m.boundaries[key] = p
}
