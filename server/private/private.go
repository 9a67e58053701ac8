// Package private keeps the tokens that open feeds which are not for everyone.
//
// The operator gives each token a name and hands it to one reader, whose feeds
// then are at /private/TOKEN/…. [Tokens] are kept in a file; a change of it by
// another process holds from the next request on.
//
// # The file
//
//	{
//	  "tokens": [
//	    {
//	      "name":   "the name that the operator gave it",
//	      "sha256": "hash of the token's text, in hex",
//	      "added":  "2026-11-23T09:15:07Z",
//	      "used":   "2026-11-24"            the last day of use; left out if there was none
//	    }
//	  ]
//	}
//
// Tokens stand in the order in which they were added; no name stands there twice.
// Nobody but the owner may read the file. It is replaced as a whole, under the
// lock of the file beside it that ends in ".lock" and stays empty.
//
// A plain hash is enough, and a slow one with salt would add nothing: those are
// for secrets that people choose, so few that they can be tried. A token is 256
// random bits. Nobody finds it from its hash, no two hashes are of the same one,
// and a request costs a microsecond.
package private

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Sentinels for callers that explain them.
var (
	// ErrTaken says that there is a token of that name.
	ErrTaken = errors.New("there is a token of that name")
	// ErrUnknown says that there is no token of that name.
	ErrUnknown = errors.New("there is no token of that name")
	// ErrName says that a name is not of the form that names have.
	ErrName = errors.New("want 1 to 64 letters, digits, dots, - and _, a letter or digit first")
)

// Token is what is known of a token. What opens feeds is not among it.
type Token struct {
	Name  string
	Added time.Time
	// Used is midnight UTC of the last day on which the token opened anything;
	// zero if it never did.
	Used time.Time
}

const (
	// randomBytes is what a token is made of.
	randomBytes = 32
	// mostTokens is far more than anybody gives away, and few enough for each
	// request to be held against all of them.
	mostTokens = 1000
)

var name = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// newToken returns a token that nobody can guess, fit for an address.
func newToken() string {
	var random [randomBytes]byte
	_, _ = rand.Read(random[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(random[:])
}

// hashOf returns what is kept of a token.
func hashOf(token string) [sha256.Size]byte { return sha256.Sum256([]byte(token)) }

// Add makes a token of a new name and returns it, the only time that it can be
// seen. The error wraps ErrName or ErrTaken if the name will not do.
func (t *Tokens) Add(called string) (token string, err error) {
	if !name.MatchString(called) {
		return "", fmt.Errorf("naming a token %q: %w", called, ErrName)
	}
	token = newToken()
	hash := hashOf(token)
	err = t.change(true, func(list []record) ([]record, error) {
		switch {
		case slices.ContainsFunc(list, isCalled(called)):
			return nil, fmt.Errorf("adding %q: %w", called, ErrTaken)
		case len(list) >= mostTokens:
			return nil, fmt.Errorf("adding %q: there are %d tokens already; revoke some", called, len(list))
		}
		return append(list, record{Name: called, Hash: hex.EncodeToString(hash[:]), Added: t.now().UTC().Truncate(time.Second)}), nil
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// Revoke makes the token of a name open nothing any more. The error wraps
// ErrUnknown if there is none.
func (t *Tokens) Revoke(called string) error {
	return t.change(true, func(list []record) ([]record, error) {
		rest := slices.DeleteFunc(list, isCalled(called))
		if len(rest) == len(list) {
			return nil, fmt.Errorf("revoking %q: %w", called, ErrUnknown)
		}
		return rest, nil
	})
}

// List returns every token, in the order in which they were added.
func (t *Tokens) List() ([]Token, error) {
	list, err := t.read()
	if err != nil {
		return nil, err
	}
	tokens := make([]Token, len(list))
	for i, r := range list {
		tokens[i] = Token{Name: r.Name, Added: r.Added, Used: r.used()}
	}
	return tokens, nil
}

func isCalled(called string) func(record) bool {
	return func(r record) bool { return r.Name == called }
}
