package sample

import (
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Fault names one of the ways in which the site can break.
type Fault string

// The faults. All but RobotsDown leave robots.txt alone, and those that spoil
// the listing leave the pages of releases alone.
const (
	// Login asks for a password on every page, with status 200.
	Login Fault = "login"
	// Captcha asks every visitor to prove to be a person, with status 200.
	Captcha Fault = "captcha"
	// EmptyList leaves of the listing what stands around the rows.
	EmptyList Fault = "empty-list"
	// NoDates leaves out the dates of rows, labels and all.
	NoDates Fault = "no-dates"
	// OtherLabels names the fields of rows in words that nobody knows.
	OtherLabels Fault = "other-labels"
	// OldRows shows releases of 2003 on the first page, as if they were the
	// newest. They have numbers of their own and no pages.
	OldRows Fault = "old-rows"
	// SamePage answers with the first page whatever the number, pager and all.
	SamePage Fault = "same-page"
	// SameRows shows the rows of the first page on every page, while the pager
	// goes on counting.
	SameRows Fault = "same-rows"
	// Half ends the page in the middle, with status 200 and nothing amiss in
	// the transfer.
	Half Fault = "half"
	// NoTags shows only title, date and summary in all rows.
	NoTags Fault = "no-tags"
	// Down is 503 with "Retry-After: 120".
	Down Fault = "down"
	// Forbidden is 403.
	Forbidden Fault = "forbidden"
	// RobotsDown is 503 for robots.txt alone.
	RobotsDown Fault = "robots-down"
	// MovedHost redirects to the same address on newsroom.example, a host that
	// can't exist, with 301.
	MovedHost Fault = "moved-host"
)

// Faults lists the faults that a site knows.
func Faults() []Fault {
	return []Fault{
		Login, Captcha, EmptyList, NoDates, OtherLabels, OldRows, SamePage, SameRows, Half, NoTags,
		Down, Forbidden, RobotsDown, MovedHost,
	}
}

// Break breaks the site from the next request on, in this way alone; "" mends
// it. It panics if the fault is none of Faults.
func (s *Site) Break(f Fault) {
	if f != "" && !slices.Contains(Faults(), f) {
		panic("sample: no fault is named " + string(f))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
	s.archive.touch(s.archive.modified)
}

func (s *Site) broken() Fault {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.fault
}

// answer answers in the site's stead if the fault leaves it none, and reports
// whether it did.
func (f Fault) answer(w http.ResponseWriter, r *http.Request) bool {
	if robots := r.URL.Path == "/robots.txt"; robots != (f == RobotsDown) {
		return false
	}
	switch f {
	case Login:
		serveNotice(w, http.StatusOK, "login.tmpl")
	case Captcha:
		serveNotice(w, http.StatusOK, "captcha.tmpl")
	case Down:
		w.Header().Set("Retry-After", "120")
		http.Error(w, "The newsroom is being maintained.", http.StatusServiceUnavailable)
	case RobotsDown:
		http.Error(w, "Service unavailable", http.StatusServiceUnavailable)
	case Forbidden:
		http.Error(w, "Access denied", http.StatusForbidden)
	case MovedHost:
		http.Redirect(w, r, "https://newsroom.example"+r.URL.RequestURI(), http.StatusMovedPermanently)
	default:
		return false
	}
	return true
}

// ask is what the listing takes a query for, which it may change.
func (f Fault) ask(query url.Values) url.Values {
	if f == SamePage {
		query.Del("page")
	}
	return query
}

// spoil changes what a page of the listing shows.
func (f Fault) spoil(p *listingPage) {
	switch f {
	case EmptyList:
		p.Rows, p.Pager, p.mute = nil, pager{}, true
	case NoDates:
		p.labels.date = ""
	case OtherLabels:
		p.labels = otherLabels
	case OldRows:
		if p.Number == 0 {
			p.Rows = oldRows(len(p.Rows))
		}
	case NoTags:
		for i := range p.Rows {
			p.Rows[i].Bare = true
			p.Rows[i] = p.Rows[i].Shown()
		}
	}
}

// oldRows invents n releases of the last months of 2003.
func oldRows(n int) []Release {
	releases := Releases(2*n, time.Date(2003, time.December, 31, 0, 0, 0, 0, time.UTC))[:n]
	for i := range releases {
		releases[i].Number = 2_003_999 - i
		releases[i] = releases[i].Shown()
	}
	return releases
}
