package feed

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"communique/store"
)

// companions returns the pairs of a tag with those of the other kinds.
func (p *Press) companions(r room, f Feed) ([]Companion, error) {
	if f.Query == (store.Query{}) {
		return nil, nil
	}
	names, err := r.directory()
	if err != nil {
		return nil, err
	}
	var list []Companion
	for _, kind := range store.Kinds() {
		if kind == f.Query.Kind {
			continue
		}
		counts, err := p.memory.companions(r, f, kind)
		if err != nil {
			return nil, fmt.Errorf("counting what is filed under %s and others: %w", f.Path(), err)
		}
		for slug, n := range counts {
			filing, ok := names.find(kind, slug)
			if !ok {
				continue // it is newer than the names
			}
			pair := combination{combinationOf(f.Query)[0], combinationOf(filing.Query)[0]}
			list = append(list, Companion{kind, filing.Tag, n, "/" + r.Newsroom.Name + "/" + pair.stem()})
		}
	}
	slices.SortFunc(list, func(a, b Companion) int {
		return cmp.Or(cmp.Compare(b.Releases, a.Releases), cmp.Compare(a.Path, b.Path))
	})
	return list, nil
}

// together is a filing of a newsroom and a kind of tags that its releases have
// too.
type together struct {
	filed
	kind store.Kind
}

// countedPast are the releases that a filing has together with others, by slug, up
// to the last day before some recent months. Those change all the time, and are
// counted whenever somebody asks.
type countedPast struct {
	step   int // of the newsroom's ledger when they were counted
	recent store.Day
	counts map[string]int
}

const (
	recentMonths  = 2 // that are not counted beforehand, at least
	staleMonths   = 6 // at most
	maxPastCounts = 1 << 10
)

// companions counts what a feed of one tag has together with the tags of a kind.
func (m *memory) companions(r room, f Feed, kind store.Kind) (map[string]int, error) {
	step, err := r.ledger.advance(r.Store)
	if err != nil {
		return nil, err
	}
	key := together{filed{r.Newsroom.Name, f.Query}, kind}
	newest := store.DayOf(f.Newest)
	m.mu.Lock()
	past, ok := m.past[key]
	m.mu.Unlock()
	if !ok || !past.holds(r.ledger) || monthsBefore(newest, staleMonths).After(past.recent) {
		past = countedPast{step: step, recent: monthsBefore(newest, recentMonths)}
		before := store.DayOf(past.recent.Noon().AddDate(0, 0, -1))
		if past.counts, err = r.Store.CompanionsBetween(f.Query, kind, before, store.Day{}); err != nil {
			return nil, err
		}
	}
	past.step = step
	m.keepPast(key, past)
	counts, err := r.Store.CompanionsBetween(f.Query, kind, latest(), past.recent)
	if err != nil {
		return nil, err
	}
	for slug, n := range past.counts {
		counts[slug] += n
	}
	return counts, nil
}

// latest returns a day after all that a store can have.
func latest() store.Day { return store.Day{Year: 9999, Month: time.December, Day: 31} }

// holds reports whether nothing changed of what was counted.
func (c countedPast) holds(l *ledger) bool {
	changed, known := l.since(c.step)
	return known && !slices.ContainsFunc(changed, func(p period) bool { return c.recent.After(p.oldest) })
}

// monthsBefore returns the first day of the month that lies so many before that
// of a day.
func monthsBefore(d store.Day, months int) store.Day {
	return store.DayOf(store.Day{Year: d.Year, Month: d.Month, Day: 1}.Noon().AddDate(0, -months, 0))
}

func (m *memory) keepPast(key together, past countedPast) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.past) >= maxPastCounts {
		clear(m.past)
	}
	m.past[key] = past
}
