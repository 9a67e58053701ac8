package admin

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"communique/collector"
	"communique/store"
)

const (
	// window is how long a withdrawn release is told, counted back from the
	// source's last success and not from now, so that the feed depends on
	// nothing but what is stored.
	window = 30 * 24 * time.Hour
	// maxWithdrawn bounds how many are told of one source.
	maxWithdrawn = 100
)

// event is one thing that happened to a source.
type event struct {
	id, title, text string
	link            string // "" for the status page
	at              time.Time
}

// events returns what happened to the sources, the newest first, no two at the
// same instant.
func events(sources []Source) ([]event, error) {
	var list []event
	for _, s := range sources {
		health, err := collector.HealthOf(s.Store)
		if err != nil {
			return nil, err
		}
		for _, t := range health.History {
			list = append(list, transitionEvent(s, t))
		}
		withdrawn, err := withdrawnEvents(s)
		if err != nil {
			return nil, err
		}
		list = append(list, withdrawn...)
	}
	slices.SortFunc(list, func(a, b event) int { return cmp.Or(a.at.Compare(b.at), strings.Compare(a.id, b.id)) })
	setApart(list)
	slices.Reverse(list)
	return list, nil
}

// setApart gives events of one second a millisecond each, in their order.
func setApart(list []event) {
	rank := 0
	for i := range list {
		if rank++; i == 0 || list[i-1].at.Unix() != list[i].at.Unix() {
			rank = 0
		}
		list[i].at = list[i].at.Add(time.Duration(rank) * time.Millisecond)
	}
}

func transitionEvent(s Source, t collector.Transition) event {
	e := event{id: eventID(s, t.At), at: t.At.UTC().Truncate(time.Second), text: plain(t.Why)}
	switch t.To {
	case collector.OK, collector.Quiet:
		e.title = s.Title + ": the listing is good again"
		e.text = fmt.Sprintf("It was %s and is %s. The collector goes on as before.", t.From, t.To)
	default:
		e.title = fmt.Sprintf("%s: the listing is %s", s.Title, t.To)
	}
	e.title = plain(e.title)
	return e
}

// withdrawnEvents tells of the releases that a source took back lately.
func withdrawnEvents(s Source) ([]event, error) {
	last, err := lastSuccess(s.Store)
	if err != nil {
		return nil, err
	}
	var list []event
	for cursor, more := store.Cursor(""), true; more; more = cursor != "" {
		var releases []store.Release
		if releases, cursor, err = s.Store.Releases(store.Withdrawn, cursor, 200); err != nil {
			return nil, err
		}
		for _, r := range releases {
			if last.Sub(r.Withdrawn) <= window {
				list = append(list, withdrawnEvent(s, r))
			}
		}
	}
	slices.SortFunc(list, func(a, b event) int { return cmp.Or(b.at.Compare(a.at), strings.Compare(a.id, b.id)) })
	return list[:min(len(list), maxWithdrawn)], nil
}

func withdrawnEvent(s Source, r store.Release) event {
	return event{
		id:    eventID(s, r.Withdrawn) + "/withdrawn/" + url.PathEscape(r.Key),
		title: plain(s.Title + ": withdrawn: " + r.Title),
		text:  plain(fmt.Sprintf("The newsroom took back what it published on %s at %s. It is no longer in the feeds; the store keeps it.", r.Day, r.URL)),
		link:  r.URL,
		at:    r.Withdrawn.UTC().Truncate(time.Second),
	}
}

// eventID returns a tag: URI (RFC 4151) that stays the same for ever.
func eventID(s Source, at time.Time) string {
	return fmt.Sprintf("%s/%s/%d", feedID, url.PathEscape(s.Name), at.Unix())
}

// plain makes one line of text, without what XML or a terminal must not get.
func plain(text string) string {
	kept := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, unicode.IsControl(r), r&0xFFFE == 0xFFFE, r == 0xFEFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(kept), " ")
}
