package scraper

import (
	"net/http"
	"net/url"
	"time"
)

// NewTransportWithin is NewTransport with another limit for dialling.
func NewTransportWithin(chosen *url.URL, dialling time.Duration) *http.Transport {
	return newTransport(chosen, dialling)
}
