package feed

import (
	"fmt"
	"net"
	"net/url"
	"path"
	"strings"

	"golang.org/x/net/idna"
)

// parseBase reads the address under which the tree is published, and returns
// it without a slash at the end.
func parseBase(base string) (string, error) {
	u, err := url.Parse(base)
	switch {
	case err != nil:
		return "", fmt.Errorf("reading base address: %w", err)
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return "", fmt.Errorf("base address %q is not absolute: want one like https://feeds.example.org", base)
	case u.User != nil:
		return "", fmt.Errorf("base address for host %q holds a user name: every reader would see it", u.Host)
	case strings.ContainsAny(base, "?#"):
		return "", fmt.Errorf("base address %q has a query or a fragment: want scheme, host and path only", base)
	}
	host, err := idna.Lookup.ToASCII(strings.ToLower(u.Hostname()))
	if err != nil && net.ParseIP(u.Hostname()) == nil {
		return "", fmt.Errorf("base address %q names a host that can't be: %w", base, err)
	}
	if err == nil {
		u.Host = strings.Replace(u.Host, u.Hostname(), host, 1)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	if u.Path != "" && path.Clean(u.Path) != u.Path {
		return "", fmt.Errorf("base address %q has empty or dot segments in its path", base)
	}
	return u.String(), nil
}

// isWebAddress reports whether s is absolute, http or https, and has a host.
func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
