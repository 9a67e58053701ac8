package feed

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRenderIsAll renders documents by their paths, several at a time and in
// another press, and finds what All yielded.
func TestRenderIsAll(t *testing.T) {
	newsroom := newStore(t)
	fillStore(t, newsroom, sampled(250))
	documents := make(chan Document)
	press := newPress(t, newsroom)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for want := range documents {
				got, err := press.Render(want.Path)
				if err != nil {
					t.Error(err)
					continue
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("Render(%s) differs (-All +Render):\n%s", want.Path, diff)
				}
				if version, err := press.VersionOf(want.Path); err != nil || version != want.Version {
					t.Errorf("VersionOf(%s) is %d, %v, want %d", want.Path, version, err, want.Version)
				}
			}
		})
	}
	for i, d := range all(t, newPress(t, newsroom)) {
		if i%4 == 0 { // for time's sake
			documents <- d
		}
	}
	close(documents)
	wait.Wait()
}
