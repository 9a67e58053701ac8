package store

import "encoding/json"

// tally is what a walk through the pages counted of one newsroom. It shows
// whether the records are sound and belong together, at no more cost than reading
// them: a page that a disk lost in favour of an older one has the right checksums.
type tally struct {
	version uint64
	entries map[string]int // by table
	broken  bool           // a record has a wrong checksum

	places int    // that the filings count
	newest uint64 // version of a filing
}

// tableNames lists the tables that each newsroom has.
func tableNames() []string {
	return []string{"releases", "filed", "filings", "slugs", "instants", "notes", "versions", "changes"}
}

// enter notes that the walk came to a bucket with that sequence number.
func (w *walk) enter(sequence uint64) {
	if w.path[0] != newsroomsBucket {
		return
	}
	switch len(w.path) {
	case 2:
		w.rooms = append(w.rooms, &tally{version: sequence, entries: map[string]int{}})
	case 3:
		w.rooms[len(w.rooms)-1].entries[w.path[2]] = 0
	}
}

// count counts a record of a newsroom.
func (w *walk) count(e entry) {
	if len(w.path) == 3 && w.path[0] == newsroomsBucket {
		w.rooms[len(w.rooms)-1].add(w.path[2], e)
	}
}

func (t *tally) add(name string, e entry) {
	t.entries[name]++
	value, err := (table{name: name}).open(e.key, e.value)
	if err != nil {
		t.broken = true
		return
	}
	if name != "filings" {
		return
	}
	var f filing
	t.broken = t.broken || json.Unmarshal(value, &f) != nil
	t.places += f.Releases
	t.newest = max(t.newest, f.Version)
}

// ails reports whether the newsroom is worth a closer look.
func (t *tally) ails() bool {
	for _, name := range tableNames() {
		if _, ok := t.entries[name]; !ok {
			return true
		}
	}
	return t.broken || t.entries["changes"] != t.entries["releases"] || t.entries["filed"] != t.places || t.newest != t.version
}
