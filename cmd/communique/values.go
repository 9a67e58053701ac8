package main

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"communique/collector"
	"communique/server/notify"
)

// The values of settings that stand in the file or the environment alone. Each
// checks a text when it is set, as those of flags do.

// concealed is a value that is not to be seen.
type concealed interface {
	// Shown returns as much of it as may be.
	Shown() string
}

// redacted stands for what is not shown.
const redacted = "[redacted]"

// secret is a text that only the program may know.
type secret struct{ text string }

// String returns the text itself, as a later Set would want it.
func (s *secret) String() string { return s.text }

// Set takes a text that can sign.
func (s *secret) Set(text string) error {
	if _, err := notify.ParseSecret(text); err != nil {
		return err
	}
	s.text = text
	return nil
}

// Type names the values in help texts.
func (s *secret) Type() string { return "SECRET" }

// Shown says only that there is one.
func (s *secret) Shown() string {
	if s.text == "" {
		return ""
	}
	return redacted
}

// secretAddress is an address whose path lets whoever knows it in.
type secretAddress struct{ address }

// Shown returns the address without what may be secret of it.
func (s *secretAddress) Shown() string {
	if s.url == nil {
		return ""
	}
	shown := url.URL{Scheme: s.url.Scheme, Host: s.url.Host}
	if s.url.User == nil && strings.Trim(s.url.Path, "/") == "" && s.url.RawQuery == "" {
		return s.url.String()
	}
	return shown.String() + "/" + redacted
}

// cronLine is when to collect; "" leaves it to the source.
type cronLine struct{ line string }

// String returns the line.
func (c *cronLine) String() string { return c.line }

// Set takes a line that collector.ParseSchedule understands.
func (c *cronLine) Set(text string) error {
	if _, err := collector.ParseSchedule(text); err != nil {
		return err
	}
	c.line = text
	return nil
}

// Type names the values in help texts.
func (c *cronLine) Type() string { return "SCHEDULE" }

// endpoint is a host and a port to listen at; "" is none.
type endpoint struct{ text string }

// String returns the host and the port.
func (e *endpoint) String() string { return e.text }

// Set takes a host, which may be missing, and a port.
func (e *endpoint) Set(text string) error {
	if _, _, err := net.SplitHostPort(text); err != nil {
		return errors.New("want a host and a port such as 127.0.0.1:8080, or :8080 for every host")
	}
	e.text = text
	return nil
}

// Type names the values in help texts.
func (e *endpoint) Type() string { return "ADDR" }

// several is a list of texts, in one text divided by commas.
type several struct {
	list  []string
	check func(string) error // of each; nil for any
}

// String returns the list.
func (s *several) String() string { return strings.Join(s.list, ",") }

// Set takes a list.
func (s *several) Set(text string) error { return s.Replace(strings.Split(text, ",")) }

// Replace takes a list of which some may hold commas.
func (s *several) Replace(list []string) error {
	for _, text := range list {
		if text == "" {
			return errors.New("a text of the list is empty")
		}
		if s.check == nil {
			continue
		}
		if err := s.check(text); err != nil {
			return err
		}
	}
	s.list = list
	return nil
}

// Type names the values in help texts.
func (s *several) Type() string { return "LIST" }

// checkNetwork wants a network, or a single address.
func checkNetwork(text string) error {
	_, err := prefixOf(text)
	return err
}

func prefixOf(text string) (netip.Prefix, error) {
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		return netip.PrefixFrom(ip, ip.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil || prefix != prefix.Masked() {
		return prefix, errors.New("want a network such as 10.0.0.0/8 or a single address such as ::1")
	}
	return prefix, nil
}
