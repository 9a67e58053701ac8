package notify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"communique/collector/journal"
)

// message is an event as it is sent: the envelope of Standard Webhooks 1.0.0.
type message struct {
	// Type is "communique." and the event's kind.
	Type string `json:"type"`
	// Timestamp is when it happened, not when it is sent.
	Timestamp time.Time     `json:"timestamp"`
	Data      journal.Event `json:"data"`
}

// body returns an event as JSON. It is the same however often it is sent.
func body(e journal.Event) ([]byte, error) {
	var out bytes.Buffer
	in := json.NewEncoder(&out)
	in.SetEscapeHTML(false)
	if err := in.Encode(message{"communique." + string(e.Kind), e.At, e}); err != nil {
		return nil, fmt.Errorf("writing event %s: %w", e.ID, err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
