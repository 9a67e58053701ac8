package local

import (
	"context"
	"errors"

	"communique/collector"
	"communique/scraper"
	"communique/store"
)

// failure is an error on its way to another process.
type failure struct {
	Text string   `json:"error"`
	Is   []string `json:"is"` // names of kinds
}

// kinds are the errors that callers decide by, under the names that stand for
// them on the way.
func kinds() map[string]error {
	return map[string]error{
		"cancelled":  context.Canceled,
		"no listing": scraper.ErrNoListing,
		"try later":  scraper.ErrTryLater,
		"forbidden":  scraper.ErrForbidden,
		"suspect":    collector.ErrSuspect,
		"damaged":    store.ErrDamaged,
		"no store":   store.ErrNoStore,
	}
}

func newFailure(err error) *failure {
	f := &failure{Text: err.Error()}
	for name, kind := range kinds() {
		if errors.Is(err, kind) {
			f.Is = append(f.Is, name)
		}
	}
	return f
}

// toldError is an error that another process told.
type toldError struct {
	text  string
	kinds []error
}

func (e *toldError) Error() string   { return e.text }
func (e *toldError) Unwrap() []error { return e.kinds }

// err returns the error that was sent.
func (f *failure) err() error {
	told := &toldError{text: f.Text}
	for _, name := range f.Is {
		if kind := kinds()[name]; kind != nil {
			told.kinds = append(told.kinds, kind)
		}
	}
	return told
}
