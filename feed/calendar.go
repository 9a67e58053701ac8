package feed

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"communique/store"
)

// calendar is on which days something was published, newest first, and the
// periods that the days fall into if a release weighs nothing.
type calendar struct {
	days    []calendarDay
	periods []period
}

// calendarDay is a store.CalendarDay in less than half of its memory: a press
// keeps those of every feed.
type calendarDay struct {
	date, releases int32
	sum            uint64
}

// date writes a day as the number YYYYMMDD.
func date(d store.Day) int32 { return int32(d.Year*10000 + int(d.Month)*100 + d.Day) }

func (d calendarDay) day() store.Day {
	return store.Day{Year: int(d.date / 10000), Month: time.Month(d.date / 100 % 100), Day: int(d.date % 100)}
}

func packed(days []store.CalendarDay) []calendarDay {
	list := make([]calendarDay, len(days))
	for i, d := range days {
		list[i] = calendarDay{date(d.Day), int32(d.Releases), d.Sum}
	}
	return list
}

// newCalendar divides days into the longest periods that hold few enough
// releases.
func newCalendar(days []store.CalendarDay) *calendar {
	c := &calendar{days: packed(days)}
	c.periods = c.divide(c.days)
	return c
}

// divide divides days into periods, of which each lies within a year.
func (c *calendar) divide(days []calendarDay) (periods []period) {
	for len(days) > 0 {
		leaf, _ := narrow(days[0].day(), func(tried period) (bool, error) {
			return c.releases(tried) <= maxArchived, nil
		})
		periods = append(periods, leaf)
		days = days[len(daysOf(days, leaf)):]
	}
	return periods
}

// with returns the calendar with other days in a stretch of it that lies within
// a year.
func (c *calendar) with(of period, days []store.CalendarDay) *calendar {
	begin := len(c.days) - len(daysOf(c.days, period{newest: of.newest}))
	end := begin + len(c.of(of))
	other := &calendar{days: slices.Concat(c.days[:begin], packed(days), c.days[end:])}
	changed := periodOf(year, of.oldest)
	first := slices.IndexFunc(c.periods, func(p period) bool { return !p.oldest.After(changed.newest) })
	if first < 0 {
		first = len(c.periods)
	}
	last := first
	for last < len(c.periods) && changed.overlaps(c.periods[last]) {
		last++
	}
	other.periods = slices.Concat(c.periods[:first], other.divide(other.of(changed)), c.periods[last:])
	return other
}

// of returns the days of a period.
func (c *calendar) of(p period) []calendarDay { return daysOf(c.days, p) }

func daysOf(days []calendarDay, p period) []calendarDay {
	newest := func(d calendarDay, limit int32) int { return cmp.Compare(limit, d.date) }
	begin, _ := slices.BinarySearchFunc(days, date(p.newest), newest)
	end, found := slices.BinarySearchFunc(days, date(p.oldest), newest)
	if found {
		end++
	}
	return days[begin:end]
}

// releases returns how many releases a period has.
func (c *calendar) releases(p period) int {
	n := 0
	for _, d := range c.of(p) {
		n += int(d.releases)
	}
	return n
}

// sum tells the days of a period apart from those that another release or
// another version of one stands in.
func (c *calendar) sum(p period) uint64 {
	var parts []uint64
	for _, d := range c.of(p) {
		parts = append(parts, uint64(d.date), uint64(d.releases), d.sum)
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
	frames     map[caption]weight
	past       map[together]countedPast
}

// filed is a filing of a newsroom.
type filed struct {
	newsroom string
	query    store.Query
}

type keptCalendar struct {
	version uint64
	step    int // of the newsroom's ledger when it was read
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

// caption is what the documents of a feed say whatever they hold.
type caption struct {
	newsroom, stem, title, subtitle, tags string
}

func (f Feed) caption() caption {
	var tags strings.Builder
	for _, t := range f.tags {
		fmt.Fprintf(&tags, "%s\x00%s\x00%s\x00", t.kind, t.slug, t.name)
	}
	return caption{f.Newsroom.Name, f.stem, f.title, f.subtitle, tags.String()}
}

const (
	maxDaysKept   = 500_000
	mostMonths    = 12 // that are read one by one
	maxPiecesKept = 1 << 14
	maxBoundaries = 1 << 10
	maxFrames     = 1 << 10
)

func newMemory() *memory {
	return &memory{
		calendars: map[filed]keptCalendar{}, pieces: map[pieces]spread{},
		boundaries: map[boundary]period{}, frames: map[caption]weight{}, past: map[together]countedPast{},
	}
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
	fresh, err := r.calendar(q, kept)
	if err != nil {
		return nil, err
	}
	fresh.version = version
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, ok := m.calendars[key]; ok {
		m.days -= len(old.days)
	}
	if m.days+len(fresh.days) > maxDaysKept {
		clear(m.calendars)
		m.days = 0
	}
	m.calendars[key] = fresh
	m.days += len(fresh.days)
	return fresh.calendar, nil
}

// calendar reads the months of a filing in which something changed, all of it if
// no calendar is kept or too much did.
func (r room) calendar(q store.Query, kept keptCalendar) (keptCalendar, error) {
	step, err := r.ledger.advance(r.Store)
	if err != nil {
		return keptCalendar{}, err
	}
	changed, known := r.ledger.since(kept.step)
	if kept.calendar == nil || !known || len(changed) > mostMonths {
		days, err := r.Store.Calendar(q)
		return keptCalendar{step: step, calendar: newCalendar(days)}, err
	}
	fresh := kept.calendar
	for _, of := range changed {
		days, err := r.Store.CalendarBetween(q, of.newest, of.oldest)
		if err != nil {
			return keptCalendar{}, err
		}
		fresh = fresh.with(of, days)
	}
	return keptCalendar{step: step, calendar: fresh}, nil
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

// frame returns what a feed's documents weigh without entries, and what measures
// it if need be.
func (m *memory) frame(of caption, measure func() (weight, error)) (weight, error) {
	m.mu.Lock()
	known, ok := m.frames[of]
	m.mu.Unlock()
	if ok {
		return known, nil
	}
	measured, err := measure()
	if err != nil {
		return weight{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.frames) >= maxFrames {
		clear(m.frames)
	}
	m.frames[of] = measured
	return measured, nil
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
