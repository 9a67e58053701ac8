package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"communique/collector/journal"
	"communique/scraper"
	"communique/scraper/sources"
	"communique/server/notify"
	"communique/store"
)

// lastWord is how long a command that ends goes on telling the operator.
const lastWord = 30 * time.Second

// uncounted is for collections of which nobody counts the bytes.
func uncounted(next http.RoundTripper) http.RoundTripper { return next }

// journal returns the journal of a source. Whoever writes it, reads it or tells
// from it in this process has to have the same one.
func (a *app) journal(name, title string, room *store.Newsroom) *journal.Journal {
	return journal.New(journal.Options{Source: name, Title: title, Memory: room, Log: a.log})
}

// notifier returns what tells the operator of the events of journals, as the
// settings say, and what to call when it is done with.
func (a *app) notifier(journals []*journal.Journal) (n *notify.Notifier, end func(), err error) {
	to, end := a.config.notify(), func() {}
	var ways []notify.Way
	if to.Webhook != nil {
		secret, err := notify.ParseSecret(to.Secret)
		if err != nil {
			return nil, nil, usagef("notify.secret: %w", err)
		}
		transport := scraper.NewTransport(to.Webhook)
		end = transport.CloseIdleConnections
		ways = append(ways, notify.NewWebhook(notify.WebhookOptions{
			Address: to.Webhook, Secret: secret, Transport: transport, UserAgent: a.userAgent(), Clock: a.now,
		}))
	}
	if len(to.Command) > 0 {
		a.warnOfCommand(to.Command[0])
		ways = append(ways, notify.NewCommand(notify.CommandOptions{Args: to.Command, Env: environmentOfCommands(os.Environ()), Log: a.log}))
	}
	return notify.New(notify.Options{Journals: journals, Ways: ways, Clock: a.now, Log: a.log}), end, nil
}

// warnOfCommand says in the log that a program is not there: who finds out when it
// is needed is not told.
func (a *app) warnOfCommand(program string) {
	if _, err := exec.LookPath(program); err != nil {
		a.log.Warn("notify.command can't be run, so that nobody would be told", "error", err)
	}
}

// notifierSign is the same for settings that tell the operator in the same way.
func (c *config) notifierSign() string {
	to := c.notify()
	return fmt.Sprintf("%q %q %q %q", fmt.Sprint(to.Webhook), to.Secret, to.Command, c.Contact)
}

// environmentOfCommands is what an operator's command may know of ours: all but
// the settings, which may be secret.
func environmentOfCommands(environment []string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(variable string) bool {
		return strings.HasPrefix(variable, "COMMUNIQUE_")
	})
}

// tellOperator tells what waits, for a while, at the end of a command.
func (a *app) tellOperator(ctx context.Context, n *notify.Notifier) {
	limited, cancel := context.WithTimeout(ctx, lastWord)
	defer cancel()
	n.Flush(limited)
}

// tellOfNoStore tells the operator that the store of a source could not be opened,
// which no journal can remember. That another process has it is no trouble.
func (a *app) tellOfNoStore(ctx context.Context, s *sources.Source, why error) error {
	if errors.Is(why, store.ErrHeld) {
		return why
	}
	j := journal.New(journal.Options{Source: s.Name, Title: s.Title, Log: a.log})
	n, end, err := a.notifier([]*journal.Journal{j})
	if err != nil {
		return errors.Join(why, err)
	}
	defer end()
	n.Begin()
	j.Bad(journal.Store, journal.StoreTrouble, why.Error(), a.now())
	a.tellOperator(ctx, n)
	return why
}
