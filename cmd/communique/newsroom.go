package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"communique/cmd/communique/settings"
	"communique/collector"
	"communique/scraper"
	"communique/scraper/sources"
	"communique/server/local"
	"communique/store"
)

// visiting are the flags of commands that visit a site.
type visiting struct {
	listing settings.Address
	delay   settings.Span
	timeout settings.Span
	now     bool // even if the site is paused

	noFilters bool
}

func newVisiting() *visiting {
	return &visiting{
		delay:   settings.Span{Value: -1, Max: time.Hour},
		timeout: settings.Span{Value: 30 * time.Second, Min: time.Millisecond, Max: time.Hour},
	}
}

func (v *visiting) add(cmd *cobra.Command) {
	cmd.Flags().Var(&v.listing, "listing", "read the listing at this `URL`, a mirror; stored addresses stay the source's own")
	cmd.Flags().Var(&v.delay, "delay", "wait so long between requests (default: what the source and robots.txt ask for)")
	cmd.Flags().Var(&v.timeout, "timeout", "give up a request after this `DURATION`")
}

// addFilters is for commands that ask for what rows hide.
func (v *visiting) addFilters(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&v.noFilters, "no-filters", false, "leave out the offices and topics that only filtered listings tell")
}

// fits refuses one listing for several sources.
func (v *visiting) fits(list []*sources.Source) error {
	if v.listing.URL != nil && len(list) > 1 {
		return usagef("--listing says where one source's listing is read, and there are %d: name one, or write it into their files", len(list))
	}
	return nil
}

// scraper returns a scraper for one run.
func (a *app) scraper(s *sources.Source, v *visiting, memory scraper.Memory, transport http.RoundTripper) *scraper.Scraper {
	return scraper.New(s, scraper.Options{
		Listing: v.listing.URL, Delay: v.delay.Value, Timeout: v.timeout.Value,
		UserAgent: a.userAgent(), Transport: transport, Memory: memory, Impatient: v.now, Now: a.now, Log: a.log,
	})
}

// chosen returns the address that the operator named, whose host may be at a
// private address: that of the flag, or of a source of their own; nil for none.
func (a *app) chosen(s *sources.Source, v *visiting) *url.URL {
	if v.listing.URL == nil && a.roster != nil && a.roster.own[s.Name] {
		return s.First()
	}
	return v.listing.URL
}

// userAgent says who asks, and where to ask back.
func (a *app) userAgent() string {
	agent := "Communique/" + version() + " (feeds for newsrooms"
	if a.config.Contact != "" {
		agent += "; " + a.config.Contact
	}
	return agent + ")"
}

// storePath is absolute, so that messages say where it is.
func (a *app) storePath() string {
	path := filepath.Join(a.data, "communique.db")
	if absolute, err := filepath.Abs(path); err == nil {
		return absolute
	}
	return path
}

// writeStore opens the store for writing, a new one if there is none.
func (a *app) writeStore(command string) (*store.DB, error) { return a.writeStoreWithin(command, 0) }

// writeStoreWithin is writeStore that waits so long for another process; 0 for as
// long as is usual.
func (a *app) writeStoreWithin(command string, wait time.Duration) (*store.DB, error) {
	db, err := store.Open(a.storePath(), store.Options{
		Holder: fmt.Sprintf("communique %s, process %d", command, os.Getpid()), Wait: wait, Init: a.anew, At: a.now(),
	})
	if err != nil {
		return nil, err
	}
	a.tellDamage(db)
	return db, nil
}

// damageTold is how many damaged things are told one by one.
const damageTold = 3

// tellDamage logs what was found damaged when a store was opened: first what was
// set aside, and of the rest, which was made anew from that, how much it is.
func (a *app) tellDamage(db *store.DB) {
	var aside, other []store.Damage
	for _, damage := range db.Trouble() {
		if strings.Contains(damage.Remedy, "set aside") {
			aside = append(aside, damage)
		} else {
			other = append(other, damage)
		}
	}
	list := append(aside, other...)
	for i, damage := range list {
		if i == max(damageTold, min(len(aside), 2*damageTold)) {
			a.log.Warn("more of the store was damaged; 'communique store check' names what was set aside", "things", len(list)-i)
			return
		}
		a.log.Warn("the store was damaged", "damage", damage)
	}
}

// addInit is for commands that make a store where there is none.
func (a *app) addInit(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.anew, "init", false, "begin with a new store even where there was one that is gone")
}

// readStore opens the store that must be there, or a copy of it from the process
// that has it.
func (a *app) readStore(ctx context.Context) (*store.DB, error) {
	return askOr(ctx, a, func(holder *local.Client) (*store.DB, error) { return fetchStore(ctx, holder) }, a.openStore)
}

// openStore opens the store's own file for reading.
func (a *app) openStore(wait time.Duration) (*store.DB, error) {
	db, err := store.Open(a.storePath(), store.Options{ReadOnly: true, Wait: wait})
	if errors.Is(err, store.ErrNoStore) && !errors.Is(err, store.ErrGone) {
		return nil, fmt.Errorf("%w; 'communique collect' makes one, --data says where", err)
	}
	if err == nil {
		a.tellDamage(db)
	}
	return db, err
}

// readNewsroom opens the store for reading and lets read have a source and its
// part of it.
func (a *app) readNewsroom(ctx context.Context, name string, read func(*sources.Source, *store.Newsroom) error) error {
	s, err := a.one(name)
	if err != nil {
		return err
	}
	db, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	room, err := db.Newsroom(s.Name)
	if err == nil {
		err = read(s, room)
	}
	return errors.Join(err, db.Close())
}

// collectOnce makes one pass, through a transport that count may count with.
func (a *app) collectOnce(ctx context.Context, s *sources.Source, room *store.Newsroom, v *visiting, options collector.Options, count func(http.RoundTripper) http.RoundTripper) (collector.Report, error) {
	transport := scraper.NewTransport(a.chosen(s, v))
	defer transport.CloseIdleConnections()
	site := a.scraper(s, v, room, count(transport))
	return collector.Collect(ctx, site, room, a.log, options)
}
