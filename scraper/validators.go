package scraper

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
)

// Validators recognise a page. ETag and LastModified are the site's, kept byte
// for byte; Hash is our own, for a site that has none.
type Validators struct {
	ETag, LastModified, Hash string
}

// storedValidators are Validators as JSON, which keeps bytes that are no UTF-8
// only in this form: an ETag may hold any above 0x7F (RFC 9110, 8.8.3).
type storedValidators struct {
	ETag         []byte `json:"etag,omitempty"`
	LastModified []byte `json:"last_modified,omitempty"`
	Hash         string `json:"hash,omitempty"`
}

// MarshalJSON writes the site's validators so that no byte is lost.
func (v Validators) MarshalJSON() ([]byte, error) {
	return json.Marshal(storedValidators{[]byte(v.ETag), []byte(v.LastModified), v.Hash})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *Validators) UnmarshalJSON(text []byte) error {
	var stored storedValidators
	if err := json.Unmarshal(text, &stored); err != nil {
		return err
	}
	*v = Validators{string(stored.ETag), string(stored.LastModified), stored.Hash}
	return nil
}

// validatorsOf returns what recognises an answer.
func validatorsOf(header http.Header, body []byte) Validators {
	sum := sha256.Sum256(body)
	return Validators{header.Get("ETag"), header.Get("Last-Modified"), hex.EncodeToString(sum[:])}
}

// conditions returns the header of a request that is conditional (RFC 9110,
// 13.1) on what the site itself said, if it said anything.
func (v Validators) conditions() http.Header {
	header := http.Header{"Accept": {"text/html,application/xhtml+xml;q=0.9"}}
	if v.ETag != "" {
		header.Set("If-None-Match", v.ETag)
	}
	if v.LastModified != "" {
		header.Set("If-Modified-Since", v.LastModified)
	}
	return header
}

// conditional says whether a request with these conditions may be answered 304.
func (v Validators) conditional() bool { return v.ETag != "" || v.LastModified != "" }
