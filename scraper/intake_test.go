package scraper_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"communique/scraper"
)

// padded is a page of exactly so many bytes.
func padded(size int) string { return page + strings.Repeat(" ", size-len(page)) }

func zip(t testing.TB, body io.Reader) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.Copy(w, body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// packed answers with bytes that are packed in some way.
func packed(as, contentType string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", as)
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(body)
	}
}

// bomb is small, and so many MiB of zeros when it is unpacked.
func bomb(t testing.TB, size int) []byte {
	return bytes.Repeat(zip(t, bytes.NewReader(make([]byte, 1<<20))), size)
}

func TestBodies(t *testing.T) {
	const html = "text/html; charset=utf-8"
	bomb := bomb(t, 300)
	longHeader := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 100<<10))
		listingPage()(w, r)
	}
	raw := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, out, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			defer conn.Close()
			_, _ = out.WriteString(answer)
			_ = out.Flush()
		}
	}
	tests := []struct {
		name  string
		pages http.HandlerFunc
		want  error  // a sentinel
		says  string // by the error; "" for a page with one release
	}{
		{"10 MiB", answer(200, html, padded(10<<20)), nil, ""},
		{"10 MiB and a byte", answer(200, html, padded(10<<20+1)), nil, "refused by a limit of ours: the body has more than 10 MiB"},
		{"11 MiB", answer(200, html, padded(11<<20)), nil, "more than 10 MiB"},
		{"gzip", packed("gzip", html, zip(t, strings.NewReader(page))), nil, ""},
		{"gzip in capitals", packed("GZIP", html, zip(t, strings.NewReader(page))), nil, ""},
		{"identity", packed("identity", html, []byte(page)), nil, ""},
		{"gzip bomb", packed("gzip", html, bomb), nil, "more than 10 MiB"},
		{"gzip bomb in gzip", packed("gzip, gzip", html, zip(t, bytes.NewReader(bomb))), nil, `packed as "gzip, gzip"`},
		{"gzip bomb that says nothing", answer(200, "text/html+gzip", string(bomb)), scraper.ErrNoListing, "not text/html"},
		{"br, which nobody asked for", packed("br", html, []byte(page)), nil, `packed as "br"`},
		{"no gzip", packed("gzip", html, []byte(page)), scraper.ErrTryLater, "gzip: invalid header"},
		{"cut gzip", packed("gzip", html, zip(t, strings.NewReader(padded(1<<20)))[:500]), scraper.ErrTryLater, "unexpected EOF"},
		{"100 KB of header", longHeader, nil, "refused by a limit of ours: the answer's header has more than 64 KiB"},
		{"a length that promises more", raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n" + page), scraper.ErrTryLater, "unexpected EOF"},
		{"chunks that stop", raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n"), scraper.ErrTryLater, "unexpected EOF"},
		{"a negative length", raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: -1\r\n\r\n" + page), scraper.ErrTryLater, "Content-Length"},
		{"no HTTP", raw("SSH-2.0-OpenSSH_9.6\r\n"), scraper.ErrTryLater, "malformed HTTP"},
		{"an endless error page", answer(404, html, padded(11<<20)), scraper.ErrNoListing, "the site answers 404 Not Found"},
		{"plain text", answer(200, "text/plain", page), scraper.ErrNoListing, `it is "text/plain", not text/html`},
		{"JSON", answer(200, "application/json", `{"releases":[]}`), scraper.ErrNoListing, `"application/json"`},
		{"a forged log line", raw("HTTP/1.1 200 OK\r\nContent-Type: image/\x1b[31mpng" + strings.Repeat("x", 5000) + "\r\n\r\n"), scraper.ErrTryLater, `image/\x1b[31mpng`},
		{"a long type", answer(200, "image/"+strings.Repeat("x", 5000), ""), scraper.ErrNoListing, "not text/html"},
		{"XHTML", answer(200, "application/xhtml+xml", page), nil, ""},
		{"no type at all", answer(200, "", page), nil, ""},
		{"capitals", answer(200, "TEXT/HTML; CHARSET=UTF-8", page), nil, ""},
		{"nothing", answer(200, html, ""), nil, "no release"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site := newSite(t, nil, test.pages)
			got, err := site.visit(t)
			if err == nil && len(got.Releases) == 0 {
				err = errors.New(strings.Join(got.Problems, "; "))
			}
			if (err != nil) != (test.says != "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Fatalf("error %.300v, want one that says %q", err, test.says)
			}
			if err != nil && len(err.Error()) > 600 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			for _, sentinel := range []error{scraper.ErrTryLater, scraper.ErrNoListing, scraper.ErrForbidden} {
				if errors.Is(err, sentinel) != (sentinel == test.want) {
					t.Errorf("%v", err)
				}
			}
		})
	}
}

// TestBombCostsLittle: what is unpacked is bounded, not only what is kept.
func TestBombCostsLittle(t *testing.T) {
	site := newSite(t, nil, packed("gzip", "text/html", bomb(t, 500)))
	checkRefused(t, checkSpent(t, site), "more than 10 MiB")
}

// TestBombAsRobots is read as far as a robots.txt is, and says nothing.
func TestBombAsRobots(t *testing.T) {
	site := newSite(t, packed("gzip", "text/plain", bomb(t, 500)), listingPage())
	if err := checkSpent(t, site); err != nil {
		t.Error(err)
	}
}

// checkSpent visits a site and bounds the memory that it costs.
func checkSpent(t *testing.T, site *site) error {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := site.visit(t)
	runtime.ReadMemStats(&after)
	if spent := (after.TotalAlloc - before.TotalAlloc) >> 20; spent > 100 {
		t.Errorf("%d MiB were allocated", spent)
	}
	return err
}

// encoded is the page in some charset, behind some declaration.
func encoded(t testing.TB, to encoding.Encoding, title, declaration string) string {
	t.Helper()
	text := "<!DOCTYPE html><html><head>" + declaration + "</head><body><h3><a href=\"/albania/1\">" + title +
		"</a></h3><p>Publishing date: 5 March 2026</p></body></html>"
	if to == nil {
		return text
	}
	out, err := to.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCharsets(t *testing.T) {
	const latin, russian, japan = "Résumé d’été à Ljubljana", "Заявление «Минской группы»", "欧州安全保障協力機構"
	cut := encoded(t, nil, latin+" é", "")
	cut = strings.Replace(cut, " é<", " \xc3<", 1)
	meta := func(name string) string { return `<meta charset="` + name + `">` }
	equiv := func(name string) string {
		return `<meta http-equiv="Content-Type" content="text/html; charset=` + name + `">`
	}
	tests := []struct {
		name, contentType, body, want string
	}{
		{"UTF-8, said", "text/html; charset=utf-8", encoded(t, nil, latin, ""), latin},
		{"UTF-8, said by the page", "text/html", encoded(t, nil, russian, meta("utf-8")), russian},
		{"UTF-8, not said", "text/html", encoded(t, nil, russian, ""), russian},
		{"UTF-8, no type", "", encoded(t, nil, russian, ""), russian},
		{"UTF-8 with a byte order mark", "text/html; charset=iso-8859-1", "\ufeff" + encoded(t, nil, latin, ""), latin},
		{"UTF-8, the header lies", "text/html; charset=iso-8859-1", encoded(t, nil, latin, ""), latin},
		{"UTF-8, the header lies in capitals", "Text/HTML; Charset=ISO-8859-1", encoded(t, nil, russian, ""), russian},
		{"UTF-8, the page lies", "text/html", encoded(t, nil, latin, meta("windows-1251")), latin},
		{"UTF-8, an unknown charset", "text/html; charset=osce-8", encoded(t, nil, latin, meta("osce-8")), latin},
		{"UTF-8, cut within a letter", "text/html", cut, latin},
		{"UTF-8, cut within a letter, and the header lies", "text/html; charset=iso-8859-1", cut, latin},
		{"latin1 by the header", "text/html; charset=iso-8859-1", encoded(t, charmap.Windows1252, latin, ""), latin},
		{"latin1 by a quoted header", `text/html;charset="ISO-8859-1"`, encoded(t, charmap.Windows1252, latin, ""), latin},
		{"latin1, the header says UTF-8", "text/html; charset=utf-8", encoded(t, charmap.Windows1252, latin, ""), latin},
		{"latin1, the page says UTF-8", "text/html", encoded(t, charmap.Windows1252, latin, meta("utf-8")), latin},
		{"latin1, not said", "text/html", encoded(t, charmap.Windows1252, latin, ""), latin},
		{"windows-1251 by the page", "text/html", encoded(t, charmap.Windows1251, russian, meta("windows-1251")), russian},
		{"windows-1251 by http-equiv", "text/html", encoded(t, charmap.Windows1251, russian, equiv("windows-1251")), russian},
		{"windows-1251, no type", "", encoded(t, charmap.Windows1251, russian, meta("windows-1251")), russian},
		{"windows-1251 in capitals", "TEXT/HTML; CHARSET=WINDOWS-1251", encoded(t, charmap.Windows1251, russian, ""), russian},
		{"windows-1251 in XHTML", "application/xhtml+xml; charset=windows-1251", encoded(t, charmap.Windows1251, russian, ""), russian},
		{"KOI8-R", "text/html; charset=koi8-r", encoded(t, charmap.KOI8R, "Заявление Минской группы", ""), "Заявление Минской группы"},
		{"Shift JIS", "text/html; charset=shift_jis", encoded(t, japanese.ShiftJIS, japan, ""), japan},
		{"EUC-JP", "text/html", encoded(t, japanese.EUCJP, japan, meta("euc-jp")), japan},
		{"UTF-16 with a byte order mark", "text/html", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), russian, ""), russian},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site := newSite(t, nil, answer(http.StatusOK, test.contentType, test.body))
			got, err := site.visit(t)
			if err != nil || len(got.Releases) != 1 {
				t.Fatalf("%v; %q", err, got.Problems)
			}
			if title := got.Releases[0].Title; title != test.want {
				t.Errorf("title %q, want %q", title, test.want)
			}
			file, err := scraper.ReadFile(osce(t), []byte(test.body), today)
			byHeader := strings.Contains(strings.ToLower(test.contentType), "charset") && !strings.HasPrefix(test.name, "UTF-8")
			if !byHeader && (err != nil || len(file.Releases) != 1 || file.Releases[0].Title != test.want) {
				t.Errorf("as a file: %v; %+v", err, file)
			}
		})
	}
}
