package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

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
	var several failures
	switch {
	case err == nil:
		return statusDone
	case errors.As(err, &several):
		return several.status()
	case errors.As(err, new(usageError)), errors.As(err, new(sourceOff)):
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

// failures are those of several sources.
type failures []error

func (f *failures) add(errs ...error) {
	for _, err := range errs {
		if err != nil {
			*f = append(*f, err)
		}
	}
}

// joined returns them as one error, nil if there is none.
func (f failures) joined() error {
	switch len(f) {
	case 0:
		return nil
	case 1:
		return f[0]
	}
	return f
}

// Error returns the texts of all, a line each.
func (f failures) Error() string { return errors.Join(f...).Error() }

// Unwrap returns all.
func (f failures) Unwrap() []error { return f }

// status returns the one that matters most.
func (f failures) status() int {
	order := []int{statusDone, statusUsage, statusTryLater, statusFailed, statusNoListing}
	worst := 0
	for _, err := range f {
		worst = max(worst, slices.Index(order, statusOf(err)))
	}
	return order[worst]
}
