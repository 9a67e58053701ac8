package collector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"

	"communique/scraper"
	"communique/store"
)

// ErrSuspect says that the listing was there, but unlike itself: a look soon
// will tell.
var ErrSuspect = errors.New("the listing is suspect")

// oddity is the error of a page that was judged and is not to be stored. It is
// scraper.ErrNoListing if the listing is broken, and scraper.ErrTryLater if it
// is suspect.
type oddity struct {
	state   State
	why     string
	address string
	source  string
	page    scraper.Page
}

// Error says what is odd and where to look at it.
func (o *oddity) Error() string {
	return fmt.Sprintf("the listing is %s: %s: %s; 'communique inspect --last-problem --source %s' shows the page", o.state, o.address, o.why, o.source)
}

// Unwrap returns the sentinels of the state.
func (o *oddity) Unwrap() []error {
	if o.state == Broken {
		return []error{scraper.ErrNoListing}
	}
	return []error{scraper.ErrTryLater, ErrSuspect}
}

// judge lets a page pass, or returns an oddity. A first page that passes shapes
// the habit.
func (r *run) judge(page scraper.Page, address, name string, first bool) error {
	shown, signs, err := examine(r.site, r.room, r.health.Habit, page, first)
	if err != nil {
		return err
	}
	if r.options.Accept && first {
		signs, r.health.Habit = []Sign{there(shown), legible(shown)}, habit{}
	}
	state, bad := verdict(signs)
	if !state.healthy() {
		return &oddity{state, name + ": " + clauses(bad), address, r.room.Name(), page}
	}
	if first {
		r.health.Habit.learn(shown)
	}
	return nil
}

// settle notes what a run that ended with err says of the listing, keeps an odd
// page, and has a change between good and bad told.
func (r *run) settle(err error) error {
	var odd *oddity
	state, why := Quiet, ""
	switch {
	case errors.As(err, &odd):
		state, why = odd.state, odd.why
		if err := keep(r.room, odd.page, odd.address, odd.why); err != nil {
			return err
		}
	case errors.Is(err, scraper.ErrNoListing):
		state, why = Broken, err.Error()
	case err != nil:
		return nil // it says nothing of the listing
	case r.report.New+r.report.Updated > 0:
		state = OK
	}
	before := r.health.State
	r.health.become(state, why, r.site.Now())
	if told := r.tellListing(); told && before != "" {
		level := slog.LevelWarn
		if state.healthy() {
			level, why = slog.LevelInfo, "it looks as it used to"
		}
		r.log.Log(context.Background(), level, "the state of the listing changed", "source", r.room.Name(), "from", string(before), "to", string(state), "why", why)
	}
	return r.health.put(r.room)
}

// examine counts what a page shows and judges it.
func examine(site *scraper.Scraper, room *store.Newsroom, h habit, page scraper.Page, first bool) (showing, []Sign, error) {
	shown := show(site, page)
	if first {
		if err := shown.recall(room, page.Releases); err != nil {
			return shown, nil, err
		}
	}
	return shown, h.judge(shown, first), nil
}

const (
	// late is how many days older than the newest release one is that should
	// have been known.
	late = 7
	// topmost is how many of the newest releases a first page shows one of, or
	// newer ones.
	topmost = 10
)

// recall counts which releases of a first page the store knows, and which of
// the others it should have known.
func (s *showing) recall(room *store.Newsroom, releases []store.Release) error {
	newest, _, err := room.Releases(store.Query{}, "", topmost)
	if err != nil || len(newest) == 0 || len(releases) == 0 {
		return err
	}
	top := store.DayOf(newest[0].Published)
	s.behind = !slices.ContainsFunc(releases, func(release store.Release) bool {
		return !top.After(release.Day) || slices.ContainsFunc(newest, func(n store.Release) bool { return n.Key == release.Key })
	})
	old := store.DayOf(top.Noon().AddDate(0, 0, -late))
	for _, release := range releases {
		_, known, err := room.Release(release.Key)
		if err != nil {
			return err
		}
		switch {
		case known:
			s.known++
		case old.After(release.Day):
			s.stale++
		}
	}
	return nil
}

func clauses(signs []Sign) string {
	parts := make([]string, len(signs))
	for i, s := range signs {
		parts[i] = s.String()
	}
	return strings.Join(parts, "; ")
}

// Checkup is what Check found.
type Checkup struct {
	Address  string   `json:"address"`
	State    State    `json:"state"`
	Signs    []Sign   `json:"signs"`
	Near     []string `json:"near_misses"` // words of the page that come near to what was missed
	Problems []string `json:"problems"`    // of reading the page
	Before   Health   `json:"before"`      // what the last run left
}

// Lasting says that the listing is there, though unlike what it was: the site may
// have changed for good.
func (c Checkup) Lasting() bool {
	there := slices.ContainsFunc(c.Signs, func(s Sign) bool { return s.Name == "listing" && s.State == OK })
	return there && !c.State.healthy()
}

// Check has the first page visited and judged as a run would, then the second
// one to see that the pager works, and stores nothing.
func Check(ctx context.Context, site *scraper.Scraper, room *store.Newsroom) (Checkup, error) {
	at := site.First()
	c := Checkup{Address: at.Redacted(), Near: []string{}, Problems: []string{}}
	var err error
	if c.Before, err = HealthOf(room); err != nil {
		return c, err
	}
	page, err := site.Visit(ctx, at, scraper.Validators{})
	if err != nil {
		return c, fmt.Errorf("checking %s: %w", room.Name(), err)
	}
	if _, c.Signs, err = examine(site, room, c.Before.Habit, page, true); err != nil {
		return c, err
	}
	if len(page.Releases) > 0 {
		turned, err := checkPager(ctx, site, page)
		if err != nil {
			return c, fmt.Errorf("checking the second page of %s: %w", room.Name(), err)
		}
		c.Signs = append(c.Signs, turned)
	}
	c.State, _ = verdict(c.Signs)
	c.Near = append(c.Near, page.Near...)
	c.Problems = append(c.Problems, page.Problems...)
	return c, nil
}

// checkPager judges whether the second page shows other releases than the first.
func checkPager(ctx context.Context, site *scraper.Scraper, first scraper.Page) (Sign, error) {
	s := Sign{Name: "pager", Found: "no second page", Usual: "other releases", State: OK}
	next, err := url.Parse(first.Next)
	if err != nil || first.Next == "" {
		return s, err
	}
	page, err := site.Visit(ctx, site.Complete(next), scraper.Validators{})
	if first.Guessed && (errors.Is(err, scraper.ErrNoListing) || errors.Is(err, scraper.ErrForbidden)) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	known := map[string]bool{}
	for _, release := range first.Releases {
		known[release.Key] = true
	}
	others := 0
	for _, release := range page.Releases {
		if !known[release.Key] {
			others++
		}
	}
	s.Found = fmt.Sprintf("%d other releases", others)
	if others == 0 && !first.Guessed {
		s.State, s.Why = Suspect, "the second page shows nothing that the first does not: older releases can't be reached"
	}
	return s, nil
}
