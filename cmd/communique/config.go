package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/spf13/pflag"

	"communique/collector"
	"communique/feed"
	"communique/scraper/sources"
)

// config is the file that --config names. Each key that is also a flag is the
// flag's default; a flag on the command line beats it.
type config struct {
	Data      string `yaml:"data"`
	LogFormat string `yaml:"log_format"`
	LogLevel  string `yaml:"log_level"`
	BaseURL   string `yaml:"base_url"`
	Listen    string `yaml:"listen"`
	// AdminListen is where serve tells operators how the collector is.
	AdminListen string `yaml:"admin_listen"`
	Delay       string `yaml:"delay"`
	Timeout     string `yaml:"timeout"`

	// Schedule is when serve collects, instead of what the source says.
	Schedule string `yaml:"schedule"`
	// Contact stands in the user agent: an address where the site's people
	// can ask.
	Contact string `yaml:"contact"`
	// Hub is the address of a WebSub hub that serve tells of feeds that changed.
	Hub string `yaml:"hub"`
	// Feed bounds what stands in a feed.
	Feed feedConfig `yaml:"feed"`
	// Feeds are saved ones: releases by what they are filed under and what they
	// say.
	Feeds []savedFeed `yaml:"feeds"`
}

type savedFeed struct {
	Name  string      `yaml:"name"`
	Title string      `yaml:"title"`
	Match savedFilter `yaml:"match"`
	Not   savedFilter `yaml:"not"`
}

type savedFilter struct {
	Offices []string `yaml:"offices"`
	Topics  []string `yaml:"topics"`
	Types   []string `yaml:"types"`
	Words   []string `yaml:"words"`
}

type feedConfig struct {
	Releases *int `yaml:"releases"`
	Days     *int `yaml:"days"`
	Bytes    *int `yaml:"bytes"`
}

// readConfig reads a file, strictly; no file is an empty one.
func readConfig(file string) (config, error) {
	var c config
	if file == "" {
		return c, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return c, fmt.Errorf("reading the configuration: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(text, &c, yaml.Strict()); err != nil {
		return c, fmt.Errorf("reading the configuration %s:\n%s", file, yaml.FormatError(err, false, true))
	}
	if err := c.check(); err != nil {
		return c, fmt.Errorf("reading the configuration %s: %w", file, err)
	}
	return c, nil
}

// check refuses what no command could use, whichever is run.
func (c config) check() error {
	for name, n := range map[string]*int{"releases": c.Feed.Releases, "days": c.Feed.Days, "bytes": c.Feed.Bytes} {
		if n != nil && *n < 1 {
			return fmt.Errorf("feed.%s: %d is too few: want at least 1", name, *n)
		}
	}
	if strings.ContainsFunc(c.Contact, unicode.IsControl) {
		return errors.New("contact: it can't hold control characters")
	}
	if d, err := time.ParseDuration(c.Delay); err == nil && d == 0 {
		return errors.New("delay: 0s can only be asked for by the flag --delay")
	}
	if c.Schedule != "" {
		if _, err := collector.ParseSchedule(c.Schedule); err != nil {
			return err
		}
	}
	visit := newVisiting()
	for _, key := range []struct {
		name, text string
		value      pflag.Value
	}{{"base_url", c.BaseURL, new(address)}, {"hub", c.Hub, new(address)}, {"delay", c.Delay, &visit.delay}, {"timeout", c.Timeout, &visit.timeout}} {
		if key.text == "" {
			continue
		}
		if err := key.value.Set(key.text); err != nil {
			return fmt.Errorf("%s: %q: %w", key.name, key.text, err)
		}
	}
	return nil
}

// apply gives the command's flags the values of the file, but for those that
// stand on the command line.
func (c config) apply(flags *pflag.FlagSet) error {
	for name, value := range map[string]string{
		"data": c.Data, "log-format": c.LogFormat, "log-level": c.LogLevel, "base-url": c.BaseURL,
		"listen": c.Listen, "delay": c.Delay, "timeout": c.Timeout, "hub": c.Hub, "admin-listen": c.AdminListen,
	} {
		flag := flags.Lookup(name)
		if value == "" || flag == nil || flag.Changed {
			continue
		}
		if err := flags.Set(name, value); err != nil {
			return fmt.Errorf("in the configuration: %w", err)
		}
	}
	return nil
}

// saved returns the saved feeds.
func (c config) saved() []feed.SavedFeed {
	list := make([]feed.SavedFeed, len(c.Feeds))
	for i, f := range c.Feeds {
		list[i] = feed.SavedFeed{Name: f.Name, Title: f.Title, Match: feed.Filter(f.Match), Not: feed.Filter(f.Not)}
	}
	return list
}

// limits returns the bounds of a feed.
func (c config) limits() feed.Limits {
	limits := feed.DefaultLimits()
	for _, l := range []struct{ to, from *int }{
		{&limits.Releases, c.Feed.Releases}, {&limits.Days, c.Feed.Days}, {&limits.Bytes, c.Feed.Bytes},
	} {
		if l.from != nil {
			*l.to = *l.from
		}
	}
	return limits
}

// schedule returns when a source is collected.
func (c config) schedule(source *sources.Source) (*collector.Schedule, error) {
	line := source.Schedule
	if c.Schedule != "" {
		line = c.Schedule
	}
	return collector.ParseSchedule(line)
}
