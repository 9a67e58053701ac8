package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// readFeed is JSON Feed 1.1 as far as our documents go. A member that it has
// not is an error.
type readFeed struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	Language    string       `json:"language"`
	Home        string       `json:"home_page_url"`
	Self        string       `json:"feed_url"`
	Description string       `json:"description"`
	Next        *string      `json:"next_url"`
	Authors     []readAuthor `json:"authors"`
	Hubs        []struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	} `json:"hubs"`
	Items *[]readItem `json:"items"`
}

type readAuthor struct {
	Name string `json:"name"`
}

type readItem struct {
	ID        string       `json:"id"`
	URL       string       `json:"url"`
	Title     string       `json:"title"`
	Text      string       `json:"content_text"`
	Summary   string       `json:"summary"`
	Published string       `json:"date_published"`
	Modified  string       `json:"date_modified"`
	Authors   []readAuthor `json:"authors"`
	Tags      []string     `json:"tags"`
	Facts     readFacts    `json:"_communique"`
}

type readFacts struct {
	About   string    `json:"about"`
	Issued  string    `json:"issued"`
	Key     string    `json:"key"`
	Type    *readTag  `json:"type"`
	Offices []readTag `json:"offices"`
	Topics  []readTag `json:"topics"`
}

type readTag struct {
	Name string `json:"name"`
	Slug string `json:"slug"`
	URL  string `json:"url"`
}

// checkJSON reads a JSON feed and holds it against the specification's rules.
func checkJSON(body []byte, self string, limit time.Time) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	var f readFeed
	if err := decoder.Decode(&f); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the feed")
	}
	if err := f.broken(self); err != nil {
		return err
	}
	ids := unique{}
	for i, item := range *f.Items {
		if err := errors.Join(item.broken(limit), ids.add(item.ID)); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
	}
	return nil
}

func (f readFeed) broken(self string) error {
	switch {
	case f.Version != jsonVersion:
		return fmt.Errorf("version is %q", f.Version)
	case f.Self != self:
		return fmt.Errorf("feed_url is %q, but the document is at %q", f.Self, self)
	case f.Items == nil:
		return errors.New("it has no items")
	case len(f.Authors) == 0:
		return errors.New("it has no authors")
	}
	addresses := []string{f.Home, f.Self}
	if f.Next != nil {
		addresses = append(addresses, *f.Next)
	}
	for _, hub := range f.Hubs {
		addresses = append(addresses, hub.URL)
	}
	return errors.Join(notBlank(f.Title), notBlank(f.Language), webAddresses(addresses...))
}

func (i readItem) broken(limit time.Time) error {
	if len(i.Authors) == 0 {
		return errors.New("it has no authors")
	}
	addresses := []string{i.URL, i.Facts.About}
	for _, t := range append(i.Facts.Offices, i.Facts.Topics...) {
		addresses = append(addresses, t.URL)
	}
	for _, s := range []string{i.Title, i.Text, i.Summary} {
		if err := plain(s); err != nil {
			return err
		}
	}
	return errors.Join(
		absolute(i.ID), notBlank(i.Title), notBlank(i.Text), webAddresses(addresses...),
		instantIn(time.RFC3339Nano, i.Published, limit), instantIn(time.RFC3339Nano, i.Modified, limit),
	)
}

func webAddresses(list ...string) error {
	for _, s := range list {
		if err := webAddress(s); err != nil {
			return err
		}
	}
	return nil
}
