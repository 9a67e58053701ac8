package scraper

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/temoto/robotstxt"
)

const (
	maxRobots      = 500 << 10 // bytes that are read of a robots.txt (RFC 9309, 2.5)
	robotsAge      = 24 * time.Hour
	robotsNoteName = "robots "
)

// Memory keeps small notes over restarts; a store's newsroom is one.
type Memory interface {
	Note(name string) ([]byte, error)
	PutNote(name string, note []byte) error
}

// rules is what a site's robots.txt said, and when.
type rules struct {
	Asked  time.Time `json:"asked"`
	Status int       `json:"status"`
	Body   []byte    `json:"body,omitempty"`

	read *robotstxt.RobotsData
}

// permission asks robots.txt (RFC 9309) whether an address may be read, and how
// long to wait between two requests, unless its host is paused. The answer is
// kept for a day. A site whose robots.txt can't be read may not be read at all
// (2.3.1.4).
func (s *Scraper) permission(ctx context.Context, u *url.URL) (time.Duration, error) {
	if err := s.awake(u); err != nil {
		return 0, err
	}
	origin := url.URL{Scheme: u.Scheme, Host: u.Host}
	known, err := s.robotsOf(ctx, origin)
	if err != nil {
		return 0, err
	}
	if !known.read.TestAgent(u.RequestURI(), agent) {
		return 0, fmt.Errorf("%w: %s (it was asked at %s, and counts for a day)", ErrForbidden, u.Redacted(), known.Asked.Format(time.RFC3339))
	}
	return known.read.FindGroup(agent).CrawlDelay, nil
}

// robotsOf returns the rules that are known, or asks for them.
func (s *Scraper) robotsOf(ctx context.Context, origin url.URL) (rules, error) {
	name := robotsNoteName + origin.String()
	known, fresh := s.remembered(name)
	if !fresh {
		var err error
		if known, err = s.askRobots(ctx, origin); err != nil {
			return rules{}, err
		}
		if err := s.remember(name, known); err != nil {
			return rules{}, err
		}
	}
	if known.read == nil {
		var err error
		if known.read, err = robotstxt.FromStatusAndBytes(known.Status, plainRules(known.Body)); err != nil {
			return rules{}, fmt.Errorf("reading %s/robots.txt: %w", origin.String(), err)
		}
	}
	s.robots[name] = known
	return known, nil
}

func (s *Scraper) remembered(name string) (known rules, fresh bool) {
	known, ok := s.robots[name]
	if !ok && s.options.Memory != nil {
		if note, err := s.options.Memory.Note(name); err != nil || json.Unmarshal(note, &known) != nil {
			return rules{}, false
		}
	}
	age := s.options.Now().Sub(known.Asked)
	return known, age >= 0 && age < robotsAge
}

func (s *Scraper) remember(name string, known rules) error {
	if s.options.Memory == nil {
		return nil
	}
	note, err := json.Marshal(known)
	if err != nil {
		return err
	}
	return s.options.Memory.PutNote(name, note)
}

// askRobots reads a site's robots.txt. Only what says that there is one or that
// there is none settles the matter; anything else means to try later.
func (s *Scraper) askRobots(ctx context.Context, origin url.URL) (known rules, err error) {
	at := origin.JoinPath("robots.txt")
	way := &way{guard: s.guard, from: at, at: at, may: s.awake}
	var got answer
	err = s.persist(ctx, at, 0, func() error {
		got, err = s.readRobots(ctx, way)
		return err
	})
	switch {
	case err != nil:
		return rules{}, s.charge(way.at, err)
	case got.status == http.StatusTooManyRequests, got.status >= 500:
		err = refused(at.String(), got.status, got.header)
		return rules{}, s.charge(way.at, fmt.Errorf("%w; until its robots.txt answers, a site may not be read", err))
	case got.status < 200, got.status >= 300 && got.status < 400:
		return rules{}, tryLater(at.String(), fmt.Errorf("the site answers %d %s", got.status, http.StatusText(got.status)))
	}
	s.options.Log.Debug("robots.txt read", "source", s.source.Name, "address", at.String(), "status", got.status, "bytes", len(got.body))
	known = rules{Asked: s.options.Now().UTC(), Status: got.status}
	if got.status < 300 {
		known.Body = ruleLines(got.body)
	}
	return known, nil
}

// readRobots returns the first whole lines of a robots.txt, as far as they have
// to be read.
func (s *Scraper) readRobots(ctx context.Context, way *way) (answer, error) {
	limited, cancel := s.limited(ctx)
	defer cancel()
	got, err := s.get(limited, way)
	switch {
	case ctx.Err() != nil:
		return answer{}, ended(ctx)
	case err != nil:
		return answer{}, unreachable(limited, way.from.String(), err)
	}
	if len(got.body) == maxRobots {
		got.body = got.body[:bytes.LastIndexByte(got.body, '\n')+1]
	}
	return got, nil
}

// get reads what is at the beginning of a way, as far as a robots.txt has to be
// read.
func (s *Scraper) get(limited context.Context, way *way) (answer, error) {
	req, err := http.NewRequestWithContext(limited, http.MethodGet, way.from.String(), nil)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("User-Agent", s.options.UserAgent)
	client := http.Client{Transport: way, CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
	res, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxRobots))
	return answer{status: res.StatusCode, header: res.Header, body: body}, errors.Join(err, res.Body.Close())
}
