package settings

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// Enum is a flag with a few allowed values.
type Enum struct {
	Value   string
	allowed []string
}

// NewEnum returns one by itself: cobra keeps every flag that it completes for as
// long as the process lives, and with it all that the flag is a part of.
func NewEnum(value string, allowed ...string) *Enum { return &Enum{value, allowed} }

// String returns the value.
func (e *Enum) String() string { return e.Value }

// Set takes one of the allowed values.
func (e *Enum) Set(s string) error {
	if !slices.Contains(e.allowed, s) {
		return fmt.Errorf("want one of %s", strings.Join(e.allowed, ", "))
	}
	e.Value = s
	return nil
}

// Type names the values in help texts.
func (e *Enum) Type() string { return strings.Join(e.allowed, "|") }

// Complete offers the allowed values to the shell.
func (e *Enum) Complete(cmd *cobra.Command, flag string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(e.allowed, cobra.ShellCompDirectiveNoFileComp))
}

// Address is a flag that holds an absolute http(s) URL.
type Address struct{ URL *url.URL }

// String returns the URL, "" if there is none.
func (a *Address) String() string {
	if a.URL == nil {
		return ""
	}
	return a.URL.String()
}

// Set parses the URL.
func (a *Address) Set(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("want an absolute address such as https://feeds.example.org")
	}
	a.URL = u
	return nil
}

// Type names the values in help texts.
func (a *Address) Type() string { return "URL" }

// Span is a flag that holds a duration within bounds.
type Span struct {
	Value    time.Duration
	Min, Max time.Duration
}

// String returns the duration, "" if it was never given.
func (s *Span) String() string {
	if s.Value < 0 {
		return ""
	}
	return s.Value.String()
}

// Set parses the duration.
func (s *Span) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < s.Min || d > s.Max {
		return fmt.Errorf("want a duration from %s to %s, such as 10s or 1m30s", s.Min, s.Max)
	}
	s.Value = d
	return nil
}

// Type names the values in help texts.
func (s *Span) Type() string { return "DURATION" }

// Count is a flag that holds a whole number from 1 on.
type Count struct{ Value int }

// String returns the number, "" if it was never given.
func (c *Count) String() string {
	if c.Value == 0 {
		return ""
	}
	return fmt.Sprint(c.Value)
}

// Set parses the number.
func (c *Count) Set(text string) error {
	n := 0
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil || n < 1 || fmt.Sprint(n) != text {
		return errors.New("want a whole number from 1 on")
	}
	c.Value = n
	return nil
}

// Type names the values in help texts.
func (c *Count) Type() string { return "N" }
