package websub_test

import (
	"bytes"
	"errors"
	"slices"
	"sync"
)

// site is a site whose topics the tests set. Like a server it shows the newest
// bytes only after it was asked to.
type site struct {
	mu       sync.Mutex
	version  uint64
	topics   map[string]document
	public   map[string]string
	rendered int
	looked   chan struct{} // one for each list of topics that was asked for
}

type document struct {
	version uint64
	text    string
}

func newSite(paths ...string) *site {
	s := &site{topics: map[string]document{}, public: map[string]string{}, looked: make(chan struct{}, 1000)}
	for _, path := range paths {
		s.set(path, "first")
	}
	return s
}

func (s *site) set(path, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	s.topics[path] = document{s.version, text}
}

func (s *site) Topics() ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var paths []string
	for path := range s.topics {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	s.looked <- struct{}{}
	return paths, nil
}

func (s *site) VersionOf(path string) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.topics[path].version, nil
}

func (s *site) Current(path string) (uint64, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rendered++
	d := s.topics[path]
	if d.text == "" {
		return 0, "", errors.New("the topic can't be rendered")
	}
	s.public[path] = d.text
	return d.version, d.text, nil
}

func (s *site) renderings() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rendered
}

// memory is one that lasts as long as the test.
type memory struct {
	mu      sync.Mutex
	note    []byte
	written int
	err     error
}

func (m *memory) Note(string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bytes.Clone(m.note), m.err
}

func (m *memory) PutNote(_ string, note []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.note, m.written = bytes.Clone(note), m.written+1
	return m.err
}
