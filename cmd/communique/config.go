package main

import (
	"errors"
	"net/netip"
	"net/url"

	"github.com/spf13/pflag"

	"communique/cmd/communique/settings"
	"communique/collector"
	"communique/feed"
	"communique/scraper/sources"
)

// config is what the settings say beside the flags of the command: the keys
// that no flag has. Its methods hand them over as the rooms want them.
type config struct {
	// Contact stands in the user agent: an address where the site's people
	// can ask.
	Contact string

	times                 settings.CronLine
	newsrooms             settings.Several
	releases, days, bytes settings.Count
	feeds                 []feed.SavedFeed

	connections, requests, burst settings.Count
	proxies                      settings.Several

	webhook       settings.SecretAddress
	webhookSecret settings.Secret
	command       settings.Several
	private       bool

	// settings are all that are in force and where each comes from, but for the
	// saved feeds.
	settings []settings.Setting
	layers   *settings.Layers // that they were read from
	file     *settings.File   // nil if there is none
}

// newsroomsKey is that of the sources to read.
const newsroomsKey = "newsrooms"

// newConfig returns the defaults.
func newConfig() *config {
	limits := feed.DefaultLimits()
	return &config{
		releases: settings.Count{Value: limits.Releases}, days: settings.Count{Value: limits.Days}, bytes: settings.Count{Value: limits.Bytes},
		connections: settings.Count{Value: 2000}, requests: settings.Count{Value: 20}, burst: settings.Count{Value: 1000},
		proxies: settings.Several{Check: settings.CheckNetwork},
	}
}

// readConfig returns the settings in force, and gives the flags of a command what
// was said of them beside the command line.
func readConfig(l *settings.Layers, flags *pflag.FlagSet) (*config, error) {
	c := newConfig()
	var err error
	if c.settings, err = l.Put(flags, c.keys()); err != nil {
		return nil, err
	}
	c.layers = l
	if c.file = l.File; c.file != nil {
		c.feeds = c.file.Feeds
	}
	if key, err := c.check(); err != nil {
		return nil, l.Blame(key, err)
	}
	return c, nil
}

// keys are the settings that no flag is for, by their keys in the file: a dot
// stands before what is within a section. Their usage says what they are for.
func (c *config) keys() *pflag.FlagSet {
	keys := pflag.NewFlagSet("keys", pflag.ContinueOnError)
	keys.Var(&c.times, "schedule", "when serve collects, in UTC, instead of what each source says")
	keys.Var(&c.newsrooms, newsroomsKey, "the sources to read, by name, and no others")
	keys.StringVar(&c.Contact, "contact", "", "told to the site in the user agent, so that its people can ask")
	keys.Var(&c.releases, "feed.releases", "a feed holds so many releases, or more: of the last days, and of the period that is running")
	keys.Var(&c.days, "feed.days", "a feed holds the releases of so many days, or more")
	keys.Var(&c.bytes, "feed.bytes", "a feed is no larger than that")
	keys.Var(&c.connections, "limits.connections", "readers may hold so many connections at once")
	keys.Var(&c.requests, "limits.requests", "a reader may ask so often in a second, over time")
	keys.Var(&c.burst, "limits.burst", "a reader who was quiet may ask so often at once")
	keys.Var(&c.proxies, "limits.trusted_proxies", "networks whose word on who asks is taken")
	keys.Var(&c.webhook, "notify.webhook", "told of what the operator should know")
	keys.Var(&c.webhookSecret, "notify.secret", "signs what the webhook is told")
	keys.Var(&c.command, "notify.command", "program and arguments, run for what the operator should know")
	keys.BoolVar(&c.private, "private", false, "feeds are for readers with a token only")
	return keys
}

// check refuses settings that are right each by itself but not together. The
// key tells where.
func (c *config) check() (key string, err error) {
	if c.webhook.URL != nil && c.webhookSecret.Text == "" {
		return "notify.webhook", errors.New("what a webhook is told is signed: give notify.secret too")
	}
	return "", nil
}

// saved returns the saved feeds.
func (c *config) saved() []feed.SavedFeed { return c.feeds }

// limits returns the bounds of a feed.
func (c *config) limits() feed.Limits {
	limits := feed.DefaultLimits()
	limits.Releases, limits.Days, limits.Bytes = c.releases.Value, c.days.Value, c.bytes.Value
	return limits
}

// schedule returns when a source is collected.
func (c *config) schedule(source *sources.Source) (*collector.Schedule, error) {
	line := source.Schedule
	if c.times.Line != "" {
		line = c.times.Line
	}
	return collector.ParseSchedule(line)
}

// readerLimits bound what readers may ask of serve.
type readerLimits struct {
	// Connections are how many there may be at once, of all readers.
	Connections int
	// Requests are how many one reader may make in a second, over time; after
	// a rest Burst of them at once.
	Requests, Burst int
	// Proxies are the networks whose X-Forwarded-For is believed; without any,
	// a reader is who connects.
	Proxies []netip.Prefix
}

// readers returns what readers may ask.
func (c *config) readers() readerLimits {
	limits := readerLimits{Connections: c.connections.Value, Requests: c.requests.Value, Burst: c.burst.Value}
	for _, text := range c.proxies.List {
		if prefix, err := settings.PrefixOf(text); err == nil { // checked when it was set
			limits.Proxies = append(limits.Proxies, prefix)
		}
	}
	return limits
}

// notification says who is told what the operator should know.
type notification struct {
	// Webhook is an absolute http or https address, nil for none. Its path may
	// be a secret: never print it.
	Webhook *url.URL
	// Secret signs what the webhook is told; never empty if there is one.
	Secret string
	// Command is a program and its arguments, empty for none.
	Command []string
}

// nobody reports that nobody is told.
func (n notification) nobody() bool { return n.Webhook == nil && len(n.Command) == 0 }

// notify returns who is told.
func (c *config) notify() notification {
	return notification{c.webhook.URL, c.webhookSecret.Text, c.command.List}
}

// readersOnly reports whether feeds are for readers with a token only.
func (c *config) readersOnly() bool { return c.private }

// rendering is what of the settings decides on the bytes of documents, beside
// the address that they are made for. It can be written as JSON.
type rendering struct {
	Limits   feed.Limits
	Feeds    []feed.SavedFeed
	Schedule string
}

func (c *config) rendering() rendering {
	return rendering{c.limits(), c.feeds, c.times.Line}
}

// secrets are the texts that must not be in any log.
func (c *config) secrets() []string {
	var list []string
	if c.webhookSecret.Text != "" {
		list = append(list, c.webhookSecret.Text)
	}
	if c.webhook.URL != nil && c.webhook.Shown() != c.webhook.String() {
		list = append(list, c.webhook.String())
		if path := c.webhook.URL.RequestURI(); path != "/" {
			list = append(list, path)
		}
	}
	return list
}
