package main

import (
	"context"
	"errors"
	"fmt"

	"communique/scraper"
	"communique/store"
)

// The exit statuses; scripts hold to them.
const (
	statusDone      = 0
	statusFailed    = 1
	statusUsage     = 2
	statusNoListing = 3
	statusTryLater  = 75
)

// usageError says that a flag, an argument or the configuration is wrong.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// statusOf turns an error into the exit status.
func statusOf(err error) int {
	var usage usageError
	switch {
	case err == nil:
		return statusDone
	case errors.As(err, &usage):
		return statusUsage
	case errors.Is(err, context.Canceled):
		return statusFailed
	case errors.Is(err, scraper.ErrNoListing):
		return statusNoListing
	case errors.Is(err, scraper.ErrTryLater), errors.Is(err, store.ErrHeld):
		return statusTryLater
	}
	return statusFailed
}
