package scraper

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// Standing is what became of a release, as the site itself says.
type Standing string

const (
	// There says that something is shown at the release's address.
	There Standing = "there"
	// Gone says that the release's own address answers 404 or 410.
	Gone Standing = "gone"
)

// ErrUnclear says that an answer tells nothing of the release that was asked
// for.
var ErrUnclear = errors.New("that tells nothing of the release")

// Lookup asks for a release at its stored address, as politely as Visit, and
// says what became of it. The error wraps ErrTryLater, ErrForbidden or
// ErrUnclear where one of them is the reason, and ctx's error and cause if it
// ended.
//
// Gone is said only if each redirect on the way stayed on an address of the same
// release, by its key. What answers behind any other, such as the home page,
// tells nothing, whatever its status.
//
// Where the operator chose a mirror, it is asked in place of the source's own
// host, for the same path. It mirrors no other host of the newsroom, and these
// are not asked themselves: a release there stays unclear.
func (s *Scraper) Lookup(ctx context.Context, address string) (Standing, error) {
	standing, err := s.lookup(ctx, address)
	if err != nil {
		return "", brief{err}
	}
	return standing, nil
}

func (s *Scraper) lookup(ctx context.Context, address string) (Standing, error) {
	at, key, err := s.locate(address)
	if err != nil {
		return "", fmt.Errorf("looking up %.200q: %w: %w", address, ErrUnclear, err)
	}
	crawlDelay, err := s.turn(ctx, at)
	if err != nil {
		return "", err
	}
	way := s.way(ctx, at)
	got, err := s.ask(ctx, way, crawlDelay, Validators{}.conditions())
	if err != nil {
		return "", s.charge(way.at, err)
	}
	strayed := false
	for _, hop := range way.hops {
		strayed = strayed || s.key(hop) != key
	}
	switch {
	case strayed && (got.status == http.StatusOK || got.isGone()):
		return "", fmt.Errorf("looking up %s: %w: a redirect led to %s", at.Redacted(), ErrUnclear, got.at.Redacted())
	case got.isGone():
		return Gone, nil
	case got.status == http.StatusOK:
		return There, s.acquit(at, way.at)
	}
	if err = refused(at.Redacted(), got.status, got.header); !errors.Is(err, ErrTryLater) {
		return "", fmt.Errorf("%w: %w", err, ErrUnclear)
	}
	return "", s.charge(way.at, err)
}

// locate returns where a release with a stored address is asked for, and its
// key.
func (s *Scraper) locate(address string) (at *url.URL, key string, err error) {
	at, err = url.Parse(address)
	if err != nil {
		return nil, "", err
	}
	if key = s.key(at); key == "" || s.source.Host(at.Hostname()) == "" {
		return nil, "", fmt.Errorf("it is no address of a release of %s", s.source.Name)
	}
	mirror := s.options.Listing
	if mirror == nil || s.source.Host(mirror.Hostname()) != "" {
		return at, key, nil
	}
	if s.source.Host(at.Hostname()) != s.source.Addresses.Host {
		return nil, "", fmt.Errorf("the mirror at %s has only what is at %s", mirror.Host, s.source.Addresses.Host)
	}
	at.Scheme, at.Host, at.User = mirror.Scheme, mirror.Host, mirror.User
	return at, key, nil
}

// key returns the key of the release at an address, "" for any other address.
func (s *Scraper) key(u *url.URL) string { return s.source.Key(s.source.Place(u)) }
