package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// Secret is what a webhook is signed with. It shows itself to nobody.
type Secret struct{ key []byte }

// What a key may be long, in bytes: one in base64 as Standard Webhooks has it, and
// a text of the operator's.
const (
	shortestKey, longestKey = 24, 64
	shortestText            = 8
)

// ParseSecret reads a secret in the form of Standard Webhooks, "whsec_" and 24 to
// 64 bytes in base64, or takes any other text of 8 bytes or more for the key as
// it is. The error does not show it.
func ParseSecret(text string) (Secret, error) {
	coded, ok := strings.CutPrefix(text, "whsec_")
	if !ok && len(text) >= shortestText {
		return Secret{[]byte(text)}, nil
	}
	key, err := base64.StdEncoding.DecodeString(coded)
	if !ok || err != nil || len(key) < shortestKey || len(key) > longestKey {
		return Secret{}, errors.New("want whsec_ and 24 to 64 bytes in base64, such as by: echo whsec_$(openssl rand -base64 32)")
	}
	return Secret{key}, nil
}

// IsZero says that there is no secret.
func (s Secret) IsZero() bool { return len(s.key) == 0 }

// sign returns the signature of a message, by its id, the time at which it is
// sent, and its body.
func (s Secret) sign(id string, at time.Time, body []byte) string {
	sum := hmac.New(sha256.New, s.key)
	sum.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
	sum.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(sum.Sum(nil))
}

const hidden = "whsec_(hidden)"

// String hides the secret.
func (s Secret) String() string { return hidden }

// GoString hides it from %#v.
func (s Secret) GoString() string { return hidden }

// LogValue hides it from logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides it from JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
