package settings

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"communique/cmd/communique/logging"
	"communique/collector"
	"communique/server/notify"
)

// The values of settings that stand in the file or the environment alone. Each
// checks a text when it is set, as those of flags do.

// Concealed is a value that is not to be seen.
type Concealed interface {
	// Shown returns as much of it as may be.
	Shown() string
}

// Secret is a text that only the program may know.
type Secret struct{ Text string }

// String returns the text itself, as a later Set would want it.
func (s *Secret) String() string { return s.Text }

// Set takes a text that can sign.
func (s *Secret) Set(text string) error {
	if _, err := notify.ParseSecret(text); err != nil {
		return err
	}
	s.Text = text
	return nil
}

// Type names the values in help texts.
func (s *Secret) Type() string { return "SECRET" }

// Shown says only that there is one.
func (s *Secret) Shown() string {
	if s.Text == "" {
		return ""
	}
	return logging.Redacted
}

// SecretAddress is an address whose path lets whoever knows it in.
type SecretAddress struct{ Address }

// Shown returns the address without what may be secret of it.
func (s *SecretAddress) Shown() string {
	if s.URL == nil {
		return ""
	}
	shown := url.URL{Scheme: s.URL.Scheme, Host: s.URL.Host}
	if s.URL.User == nil && strings.Trim(s.URL.Path, "/") == "" && s.URL.RawQuery == "" {
		return s.URL.String()
	}
	return shown.String() + "/" + logging.Redacted
}

// CronLine is when to collect; "" leaves it to the source.
type CronLine struct{ Line string }

// String returns the line.
func (c *CronLine) String() string { return c.Line }

// Set takes a line that collector.ParseSchedule understands.
func (c *CronLine) Set(text string) error {
	if _, err := collector.ParseSchedule(text); err != nil {
		return err
	}
	c.Line = text
	return nil
}

// Type names the values in help texts.
func (c *CronLine) Type() string { return "SCHEDULE" }

// Endpoint is a host and a port to listen at; "" is none.
type Endpoint struct{ Text string }

// String returns the host and the port.
func (e *Endpoint) String() string { return e.Text }

// Set takes a host, which may be missing, and a port.
func (e *Endpoint) Set(text string) error {
	if _, _, err := net.SplitHostPort(text); err != nil {
		return errors.New("want a host and a port such as 127.0.0.1:8080, or :8080 for every host")
	}
	e.Text = text
	return nil
}

// Type names the values in help texts.
func (e *Endpoint) Type() string { return "ADDR" }

// Several is a list of texts, in one text divided by commas.
type Several struct {
	List  []string
	Check func(string) error // of each; nil for any
}

// String returns the list.
func (s *Several) String() string { return strings.Join(s.List, ",") }

// Set takes a list.
func (s *Several) Set(text string) error { return s.Replace(strings.Split(text, ",")) }

// Replace takes a list of which some may hold commas.
func (s *Several) Replace(list []string) error {
	for _, text := range list {
		if text == "" {
			return errors.New("a text of the list is empty")
		}
		if s.Check == nil {
			continue
		}
		if err := s.Check(text); err != nil {
			return err
		}
	}
	s.List = list
	return nil
}

// Type names the values in help texts.
func (s *Several) Type() string { return "LIST" }

// CheckNetwork wants a network, or a single address.
func CheckNetwork(text string) error {
	_, err := PrefixOf(text)
	return err
}

func PrefixOf(text string) (netip.Prefix, error) {
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		return netip.PrefixFrom(ip, ip.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil || prefix != prefix.Masked() {
		return prefix, errors.New("want a network such as 10.0.0.0/8 or a single address such as ::1")
	}
	return prefix, nil
}
