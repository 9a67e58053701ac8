// Communique reads a newsroom's listing, keeps every release that it has ever
// seen, and gives the feeds that the newsroom doesn't: everything, each topic,
// each office and each type, as RSS, Atom and JSON Feed.
//
//	communique collect             one collection and out
//	communique serve               collections on a schedule, feeds over HTTP
//	communique publish --out DIR   the feeds as static files
//	communique check               the listing judged, each sign explained
//	communique inspect URL|FILE    what is read on a page
//	communique export              every stored release, a line each
//	communique history ID          what a release said before it was corrected
//	communique changes             what changed since a cursor
//	communique store check         the store looked through; likewise backup, restore, compact
//	communique token add NAME      a private address of the feeds
//	communique config show         the settings in force; likewise check FILE
//	communique feeds               every feed there is
//	communique sources [NAME]      every newsroom that it can read, or what describes one
//	communique demo                all of it on a sample newsroom
//
// # A tour of the code
//
// From the bottom up: store keeps releases in one file and knows of nothing
// else. scraper/sources describes newsrooms as data, scraper/listing reads a
// listing page by its labels, scraper fetches pages politely and within limits,
// scraper/sample is a newsroom to practise on. collector makes passes over a
// listing and puts what it finds into the store; collector/journal keeps what
// happens to a source meanwhile. feed renders what is stored into documents,
// feed/folder writes them into a folder, server gives them over HTTP, and
// server/private to those with a token. server/local answers the other commands,
// server/websub tells a hub, server/admin the operator who looks, server/notify the
// one who doesn't. This package wires them together; who may import whom is fixed
// by its test.
//
// Of this package: settings reads what an operator says (command line, environment,
// file, else the default), systemd tells how a service is, logging keeps what is
// written to one line and without secrets. config.go has the keys, roster.go says
// which newsrooms they name, stored.go what the store has of those; each command has
// its file; service.go is serve as it runs, generation.go what it
// makes of its settings, beat.go what of a newsroom, turns.go whose turn it is to
// be collected, reload.go how new settings are taken; local.go asks a serve that
// has the store.
//
// # Exit status
//
//	0   done
//	1   failed
//	2   wrong usage or configuration
//	3   the listing no longer looks like one; what was read there changed
//	    nothing
//	75  try again later: the site is down or asks to wait, or another process
//	    has the store and can't be asked
//
// Of several sources the worst counts: 3, then 1, 75 and 2.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	status := run(ctx, os.Args[1:], os.Environ(), streams{os.Stdin, os.Stdout, os.Stderr}, time.Now)
	stop()
	os.Exit(status)
}
