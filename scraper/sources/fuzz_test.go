package sources

import (
	"errors"
	"os"
	"testing"
)

// FuzzLoad reads anything as a source: one that is taken can be used, and what is
// refused has its place within the text.
func FuzzLoad(f *testing.F) {
	osce, err := os.ReadFile("osce.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(osce)
	f.Add([]byte("name: a\nzone: UTC\nlanguage: en\nid: 'tag:a:'\nlisting: {url: 'http://[::1]:80', page: p, full: 1}\n" +
		"addresses: {host: '::1', within: a, query: q, key: '(.)'}\nlabels: {date: [D]}\ndates: ['2 1 2006']\nmonths: [a, b, c, d, e, f, g, h, i, j, k, l]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Load(text)
		var at *Error
		if err != nil && (!errors.As(err, &at) || at.Line < 0 || at.Line > len(text)+1) {
			t.Errorf("%v", err)
		}
		if err != nil {
			return
		}
		first := s.First()
		if s.Host(first.Hostname()) == "" || s.Zone() == nil {
			t.Errorf("a source without a host or a zone")
		}
		s.Key(s.Place(first))
	})
}
