package scraper

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"
)

// maxBody is how many bytes a page may have, decoded.
const maxBody = 10 << 20

// intake is the transport that the answers for pages come through. It takes in
// whole, bounded bodies, so that no library cuts one silently or unpacks it
// without a limit, and turns them into UTF-8, so that none guesses a charset. It
// keeps them: who reads the answer finds it empty.
type intake struct {
	next http.RoundTripper
	body []byte // of the last answer, if its status was 200
}

// RoundTrip sends a request and receives its answer. Only the body of a page
// is of interest; that of any other status is left.
func (i *intake) RoundTrip(req *http.Request) (*http.Response, error) {
	i.body = nil
	res, err := i.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode == http.StatusOK {
		i.body, err = receive(res)
	}
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	res.Body, res.ContentLength = http.NoBody, 0
	res.Uncompressed = true // colly would unpack it once more
	return res, nil
}

// receive reads a body. What is still packed after the transport unpacked gzip
// is refused.
func receive(res *http.Response) ([]byte, error) {
	if packed := res.Header.Get("Content-Encoding"); packed != "" && !strings.EqualFold(packed, "identity") {
		return nil, fmt.Errorf("%w: the body is packed as %.40q", errRefused, packed)
	}
	body, err := readAll(res)
	if err != nil {
		return nil, fmt.Errorf("receiving the body: %w", err)
	}
	if len(body) > maxBody {
		return nil, fmt.Errorf("%w: the body has more than %d MiB", errRefused, maxBody>>20)
	}
	kind := res.Header.Get("Content-Type")
	if !isHTML(kind) {
		return body, nil
	}
	if body, err = toUTF8(body, kind); err != nil {
		return nil, fmt.Errorf("decoding the body: %w", err)
	}
	res.Header.Set("Content-Type", "text/html; charset=utf-8")
	return body, nil
}

// readAll reads a body up to a byte beyond the limit. It takes the length that
// the header promises for a hint, and no more.
func readAll(res *http.Response) ([]byte, error) {
	const usual, most = 64 << 10, 1 << 20
	expected := int64(usual)
	if res.ContentLength >= 0 {
		expected = min(res.ContentLength, most)
	}
	body := bytes.NewBuffer(make([]byte, 0, expected+bytes.MinRead))
	_, err := body.ReadFrom(io.LimitReader(res.Body, maxBody+1))
	return body.Bytes(), err
}

// isHTML says whether an answer of a media type may be a page; one that tells
// none may.
func isHTML(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	return media == "text/html" || media == "application/xhtml+xml" || media == ""
}

// toUTF8 decodes text: what looks like UTF-8 is that, whatever was declared;
// else its byte order mark, the header and the page's own declaration decide,
// in this order. A declaration that it is UTF-8 is false then, and most pages
// that tell it falsely are of the charset that browsers fall back to. Bytes that
// mean nothing become U+FFFD.
func toUTF8(body []byte, contentType string) ([]byte, error) {
	body, marked := bytes.CutPrefix(body, []byte("\xef\xbb\xbf"))
	if utf8.Valid(body) {
		return body, nil
	}
	if marked || isMostlyUTF8(body) {
		return bytes.ToValidUTF8(body, []byte("\uFFFD")), nil
	}
	encoding, name, _ := charset.DetermineEncoding(body, contentType)
	if name == "utf-8" {
		encoding = charmap.Windows1252
	}
	return encoding.NewDecoder().Bytes(body)
}

// isMostlyUTF8 says whether text is UTF-8 with some damage, such as a summary
// that was cut within a letter. In any other charset letters beyond ASCII hardly
// ever form runes of UTF-8 by chance.
func isMostlyUTF8(text []byte) bool {
	runes, wrong := 0, 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case size > 1:
			runes++
		case r == utf8.RuneError:
			wrong++
		}
		text = text[size:]
	}
	return wrong < runes
}
