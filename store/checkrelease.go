package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"
	"time"
)

// checkReleases holds each release against what it says itself, and all that it
// asks for against what is there.
func (i *inspection) checkReleases() {
	for p := range i.each(i.releases) {
		r := new(record)
		if err := json.Unmarshal(p.value, r); err != nil {
			i.wrong("releases", p.key, "it is no record: %v", err)
			continue
		}
		i.count.Releases++
		if !r.Withdrawn.IsZero() {
			i.count.Withdrawn++
		}
		if r.Key != string(p.key) {
			i.wrong("releases", p.key, "it says that its key is %q", r.Key)
			continue
		}
		i.checkDates(r)
		i.checkAliases(r)
		i.checkTags(r)
		i.checkPlaces(r)
		i.checkHistory(r)
	}
}

func (i *inspection) checkDates(r *record) {
	key := []byte(r.Key)
	if !r.Updated.Equal(r.Updated.Truncate(time.Millisecond)) || r.Updated.Before(r.Published) {
		i.wrong("releases", key, "it was published at %s and updated at %s", r.Published, r.Updated)
	}
	if !r.Withdrawn.Equal(r.Withdrawn.Truncate(time.Second)) {
		i.wrong("releases", key, "it was withdrawn at %s", r.Withdrawn)
	}
	at := r.Updated.UnixMilli()
	if other, ok := i.updated[at]; ok {
		i.wrong("releases", key, "it was updated at %s, as %q was", r.Updated, other)
	}
	i.updated[at] = r.Key
	i.look(i.instants, instantKey(at))
}

// checkAliases wants no address twice, and not too many.
func (i *inspection) checkAliases(r *record) {
	seen := map[string]bool{"": true, r.URL: true}
	for _, alias := range r.Aliases {
		if seen[alias] || len(r.Aliases) > maxAliases {
			i.wrong("releases", []byte(r.Key), "at %s it has %d aliases: %q", r.URL, len(r.Aliases), r.Aliases)
		}
		seen[alias] = true
	}
}

// checkTags wants the tags to be there, each once and none that moved, and those
// that were attached in order.
func (i *inspection) checkTags(r *record) {
	key := []byte(r.Key)
	for _, kind := range Kinds() {
		slugs := r.tags(kind)
		for n, slug := range slugs {
			q := Query{kind, slug}
			f, ok := i.filing[q]
			switch {
			case !ok:
				i.wrong("filings", filingKey(q), "it is not there, but release %q has it", r.Key)
			case f != nil && f.Moved != "":
				i.wrong("releases", key, "it is filed under %s/%s, which moved to %s", kind, slug, f.Moved)
			case slices.Contains(slugs[n+1:], slug):
				i.wrong("releases", key, "it has %s/%s twice", kind, slug)
			}
		}
		if r.attached(kind) && (len(slugs) == 0 || kind == Type || !slices.IsSorted(slugs)) {
			i.wrong("releases", key, "it has %q attached of %s", slugs, kind)
		}
	}
	if !slices.IsSorted(r.Attached) || len(r.Attached) > 2 {
		i.wrong("releases", key, "it has %q attached", r.Attached)
	}
}

// checkHistory wants the versions that a release has, in the order of time, with
// the last one ended by its last revision.
func (i *inspection) checkHistory(r *record) {
	until := r.Updated
	for n := range min(r.Revision, maxVersions) {
		i.past++
		key := versionKey(r.Key, r.Revision-n)
		value := i.look(i.versions, key)
		if value == nil {
			continue
		}
		var v version
		if err := json.Unmarshal(value, &v); err != nil {
			i.wrong("versions", key, "it is no version: %v", err)
			continue
		}
		if v.Lost {
			until = time.Time{}
			continue
		}
		if n == 0 && !v.Until.Equal(until) || n > 0 && !until.IsZero() && !v.Until.Before(until) || v.Title == "" || v.Day.IsZero() {
			i.wrong("versions", key, "it ends at %s, what came after it at %s; its title is %q, its day %q", v.Until, until, v.Title, v.Day)
		}
		if _, ok := i.filing[Query{Type, v.Type}]; v.Type != "" && !ok {
			i.wrong("filings", filingKey(Query{Type, v.Type}), "it is not there, but a version of release %q has it", r.Key)
		}
		until = v.Until
	}
}

// checkVersions counts the versions, and if there are others than the releases
// have, names them.
func (i *inspection) checkVersions() {
	for range i.each(i.versions) {
		i.count.Versions++
	}
	if i.count.Versions == i.past && len(i.damaged) == 0 {
		return
	}
	for p := range i.each(i.versions) {
		key, number, _ := bytes.Cut(p.key, []byte{0})
		if i.aside.bucket != nil && i.aside.bucket.Get(asideKey("releases", key)) != nil {
			continue // they wait for it
		}
		r := i.owner(key)
		if r == nil {
			continue
		}
		if len(number) != 8 {
			i.wrong("versions", p.key, "it has no number")
			continue
		}
		if !r.has(^binary.BigEndian.Uint64(number)) {
			i.wrong("versions", p.key, "release %q has no such revision", key)
		}
	}
}

// owner reads the release that something belongs to, nil if there is none that is
// sound, which is named.
func (i *inspection) owner(key []byte) *record {
	r := new(record)
	if value := i.look(i.releases, key); value == nil || json.Unmarshal(value, r) != nil || i.broken("releases", key) {
		return nil
	}
	return r
}

// checkInstants wants each instant that is taken to lead on.
func (i *inspection) checkInstants() {
	for p := range i.each(i.instants) {
		if len(p.key) != 8 || len(p.value) != 8 || int64(binary.BigEndian.Uint64(p.value)) <= 0 {
			i.wrong("instants", p.key, "it leads to %x", p.value)
		}
	}
}
