package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"communique/feed"
	"communique/store"
)

const (
	// feedsNote is where the store has the names of all saved feeds that were
	// ever served, the newest last, as a JSON array.
	feedsNote = "saved-feeds"
	maxEnded  = 1000
)

// servedFeeds returns the names of the saved feeds that were ever served.
func servedFeeds(room *store.Newsroom) (names []string, err error) {
	text, err := room.Note(feedsNote)
	if err != nil || text == nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &names); err != nil {
		return nil, fmt.Errorf("reading which feeds were served: %w", err)
	}
	return names, nil
}

// endedFeeds returns the names of those that are served no longer.
func endedFeeds(room *store.Newsroom, saved []feed.SavedFeed) ([]string, error) {
	names, err := servedFeeds(room)
	return slices.DeleteFunc(names, func(name string) bool {
		return slices.ContainsFunc(saved, func(s feed.SavedFeed) bool { return s.Name == name })
	}), err
}

// rememberFeeds notes which saved feeds are served from now on.
func rememberFeeds(room *store.Newsroom, saved []feed.SavedFeed) error {
	names, err := servedFeeds(room)
	if err != nil {
		return err
	}
	known := len(names)
	for _, s := range saved {
		if !slices.Contains(names, s.Name) {
			names = append(names, s.Name)
		}
	}
	if len(names) == known {
		return nil
	}
	text, err := json.Marshal(names[max(0, len(names)-maxEnded):])
	if err != nil {
		return err
	}
	return room.PutNote(feedsNote, text)
}
