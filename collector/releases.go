package collector

import (
	"iter"

	"communique/store"
)

// releases yields what is filed under q, the newest first.
func releases(room *store.Newsroom, q store.Query) iter.Seq2[store.Release, error] {
	return func(yield func(store.Release, error) bool) {
		for cursor := store.Cursor(""); ; {
			list, next, err := room.Releases(q, cursor, 200)
			if err != nil {
				yield(store.Release{}, err)
				return
			}
			for _, release := range list {
				if !yield(release, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			cursor = next
		}
	}
}
