package main

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// enum is a flag with a few allowed values.
type enum struct {
	value   string
	allowed []string
}

// newEnum returns one by itself: cobra keeps every flag that it completes for as
// long as the process lives, and with it all that the flag is a part of.
func newEnum(value string, allowed ...string) *enum { return &enum{value, allowed} }

// String returns the value.
func (e *enum) String() string { return e.value }

// Set takes one of the allowed values.
func (e *enum) Set(s string) error {
	if !slices.Contains(e.allowed, s) {
		return fmt.Errorf("want one of %s", strings.Join(e.allowed, ", "))
	}
	e.value = s
	return nil
}

// Type names the values in help texts.
func (e *enum) Type() string { return strings.Join(e.allowed, "|") }

// complete offers the allowed values to the shell.
func (e *enum) complete(cmd *cobra.Command, flag string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(e.allowed, cobra.ShellCompDirectiveNoFileComp))
}

// address is a flag that holds an absolute http(s) URL.
type address struct{ url *url.URL }

// String returns the URL, "" if there is none.
func (a *address) String() string {
	if a.url == nil {
		return ""
	}
	return a.url.String()
}

// Set parses the URL.
func (a *address) Set(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("want an absolute address such as https://feeds.example.org")
	}
	a.url = u
	return nil
}

// Type names the values in help texts.
func (a *address) Type() string { return "URL" }

// span is a flag that holds a duration within bounds.
type span struct {
	value    time.Duration
	min, max time.Duration
}

// String returns the duration, "" if it was never given.
func (s *span) String() string {
	if s.value < 0 {
		return ""
	}
	return s.value.String()
}

// Set parses the duration.
func (s *span) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < s.min || d > s.max {
		return fmt.Errorf("want a duration from %s to %s, such as 10s or 1m30s", s.min, s.max)
	}
	s.value = d
	return nil
}

// Type names the values in help texts.
func (s *span) Type() string { return "DURATION" }

// count is a flag that holds a whole number from 1 on.
type count struct{ value int }

// String returns the number, "" if it was never given.
func (c *count) String() string {
	if c.value == 0 {
		return ""
	}
	return fmt.Sprint(c.value)
}

// Set parses the number.
func (c *count) Set(text string) error {
	n := 0
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil || n < 1 || fmt.Sprint(n) != text {
		return errors.New("want a whole number from 1 on")
	}
	c.value = n
	return nil
}

// Type names the values in help texts.
func (c *count) Type() string { return "N" }

// one wants one argument, and says what it is.
func one(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usagef("%s: want %s, and no more", cmd.Name(), what)
		}
		return nil
	}
}
