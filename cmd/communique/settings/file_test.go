package settings

import (
	"fmt"
	"io"
	"testing"
)

// FuzzConfig reads anything, and shows where it is wrong.
func FuzzConfig(f *testing.F) {
	for _, text := range []string{"data: a\n", "feeds:\n- {name: a}\n", "a: &a [*a]\n", "? b\n", "notify: {secret: '"} {
		f.Add(text)
	}
	known := []string{"data", "feed.releases", "feeds", "limits.trusted_proxies", "notify.secret"}
	f.Fuzz(func(_ *testing.T, text string) {
		if _, err := parse("c.yaml", text, known); err != nil {
			fmt.Fprint(io.Discard, err)
		}
	})
}
