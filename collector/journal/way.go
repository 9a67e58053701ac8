package journal

import (
	"maps"
	"slices"
	"time"
)

// Begin names the ways by which events are told from now on. A way that is new
// begins with the next event, one that went on before where it was, and one that
// is not named is forgotten.
func (j *Journal) Begin(at time.Time, ways ...string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	_ = j.load() // then all that is in memory is new
	before := maps.Clone(j.book.Told)
	maps.DeleteFunc(j.book.Told, func(way string, _ uint64) bool { return !slices.Contains(ways, way) })
	for _, way := range ways {
		if _, known := j.book.Told[way]; !known {
			j.book.Told = with(j.book.Told, way, j.book.last())
		}
	}
	if !maps.Equal(before, j.book.Told) {
		j.save(at)
	}
}

// Waiting returns the events that did not go a way yet, the oldest first.
func (j *Journal) Waiting(way string) ([]Event, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.load()
	told := j.book.Told[way]
	var list []Event
	for _, e := range j.book.Events {
		if e.Seq > told {
			list = append(list, e)
		}
	}
	return list, err
}

// Told says that an event, and all before it, went a way.
func (j *Journal) Told(way string, e Event, at time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	_ = j.load() // then it is remembered in memory
	if e.Seq > j.book.Told[way] {
		j.book.Told = with(j.book.Told, way, e.Seq)
		j.save(at)
	}
}
