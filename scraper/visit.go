package scraper

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"time"

	"communique/scraper/listing"
	"communique/scraper/sources"
)

// Page is a visited page of the listing.
type Page struct {
	// Page says what was read. Its Next keeps the filter and the other
	// parameters that this page was asked with, even where the pager doesn't.
	listing.Page
	// Seen is when it was received, Body what it says, in UTF-8.
	Seen time.Time
	Body []byte
	// Whole says that Body ends with the end tag of html, behind which only
	// white space and comments may stand: nothing was cut off.
	Whole bool
	// Validators tell whether the page is the same the next time.
	Validators Validators
	// NotModified says that the site answered 304, Same that it sent the very
	// bytes that the known validators are of; in both cases nothing was read.
	NotModified, Same bool
	// Guessed says that no link leads to Next: the page is full and shows no
	// pager, so that the source's own parameter may lead further.
	Guessed bool
}

// Visit reads the page at an address, the listing's or that of Filtered,
// conditionally if known validators are given. The error wraps ErrTryLater,
// ErrNoListing or ErrForbidden where one of them is the reason, and ctx's error
// and cause if it ended.
//
// A host that asks to wait by Retry-After, or that could not be reached or
// refused us in eight runs one after the other, is paused, at most for a day.
// Until then Visit sends it nothing and says until when and why; a page that it
// gives ends all that. Redirects are followed where robots.txt allows them. An
// answer that was cut is asked for again, twice at most.
func (s *Scraper) Visit(ctx context.Context, at *url.URL, known Validators) (Page, error) {
	page, err := s.visit(ctx, at, known)
	if err != nil {
		return Page{}, brief{err}
	}
	return page, nil
}

func (s *Scraper) visit(ctx context.Context, at *url.URL, known Validators) (Page, error) {
	crawlDelay, err := s.turn(ctx, at)
	if err != nil {
		return Page{}, err
	}
	got, err := s.fetch(ctx, at, known, crawlDelay)
	if err != nil {
		return Page{}, err
	}
	page := Page{Seen: s.options.Now(), Body: got.body}
	if page.NotModified = got.notModified(); page.NotModified {
		page.Validators = known
		return page, nil
	}
	if err := s.keptFilter(at, got.at); err != nil {
		return Page{}, err
	}
	page.Whole, page.Validators = isWhole(got.body), validatorsOf(got.header, got.body)
	if page.Same = known.Hash != "" && known.Hash == page.Validators.Hash; page.Same {
		return page, nil
	}
	page.Page, err = s.reader.Read(got.body, got.at, page.Seen)
	if err != nil {
		return Page{}, fmt.Errorf("reading %s: %w: %w", at.Redacted(), ErrNoListing, err)
	}
	if page.Next == "" && !page.Paged && len(page.Releases) >= s.source.Listing.Full {
		page.Guessed = true
		page.Next = listing.PageAfter(got.at, s.source.Listing.Page)
	}
	page.Next = s.keepQuery(at, page.Next)
	return page, nil
}

// turn waits until it is our turn to ask for an address, if robots.txt allows
// that at all, and returns how long robots.txt asks to wait between two requests.
func (s *Scraper) turn(ctx context.Context, at *url.URL) (crawlDelay time.Duration, err error) {
	if crawlDelay, err = s.permission(ctx, at); err != nil {
		return 0, err
	}
	return crawlDelay, s.wait(ctx, crawlDelay, 0)
}

// maxTail is how many bytes of a page are searched for its end.
const maxTail = 2 << 10

// isWhole says whether a page ends as pages do.
func isWhole(body []byte) bool {
	tail := body[max(0, len(body)-maxTail):]
	for end := len(tail); ; {
		tag := bytes.LastIndex(tail[:end], []byte("</"))
		if tag < 0 {
			return false
		}
		end = tag
		name, rest, closed := bytes.Cut(tail[tag+2:], []byte(">"))
		if closed && bytes.EqualFold(bytes.TrimSpace(name), []byte("html")) && isRemark(rest) {
			return true
		}
	}
}

// isRemark says whether text is nothing but white space and comments.
func isRemark(text []byte) bool {
	for {
		text = bytes.TrimSpace(text)
		comment, found := bytes.CutPrefix(text, []byte("<!--"))
		if !found {
			return len(text) == 0
		}
		if _, text, found = bytes.Cut(comment, []byte("-->")); !found {
			return false
		}
	}
}

// ReadFile reads a saved page as if it were the source's own listing, seen at
// an instant.
func ReadFile(source *sources.Source, body []byte, now time.Time) (listing.Page, error) {
	body, err := toUTF8(body, "text/html")
	if err != nil {
		return listing.Page{}, fmt.Errorf("decoding the page: %w", err)
	}
	page, err := listing.New(source).Read(body, source.First(), now)
	if err != nil {
		return page, fmt.Errorf("%w: %w", ErrNoListing, err)
	}
	return page, nil
}
