// Package sample is the built-in newsroom: invented releases in the OSCE's
// real shape, and a small web site that lists them page by page as the OSCE's
// newsroom does. It lets the whole way, from robots.txt to the feeds, be
// walked over real HTTP without the internet.
//
// [Releases] invents what the newsroom has published; it draws from a
// generator with a fixed seed, so the same arguments give the same releases.
// [NewSite] puts releases on a web site:
//
//	site := sample.NewSite(sample.Releases(400, newest))
//	http.Serve(listener, site)
//
// The site shows a release as the real one would, faults included: one row in
// eight tells neither type nor office nor topic, although the release comes
// back from the listing that is filtered by them. A [Release] is the whole
// truth, to compare with what was read.
//
// The site lives. While it serves, releases are added, corrected, hidden, moved
// and withdrawn, and offices and topics renamed; [Site.SetLayout] gives its
// listing other markup, [Site.Break] breaks it in the ways that sites do, and
// [Site.OnListing] lets something happen after each page of the listing.
//
// Nothing here knows the rest of the program, and no release is a real one.
package sample

import (
	"slices"
	"time"
)

// Release is one invented release as the site itself knows it: the whole
// truth, also what its row hides.
type Release struct {
	// Number is the node id, unique on the site and never zero.
	Number int
	// Slug is the part of its address that names the office, such as
	// "presence-in-albania", or several parts. Without one the address is
	// /node/Number.
	Slug string
	// Title and Summary are plain text.
	Title, Summary string
	// Day is midnight UTC of the listing's date.
	Day time.Time
	// Type is "" where the site knows none; then there are no tags either.
	Type string
	// Offices and Topics are names as the site shows them, such as
	// "OSCE Mission to Georgia (closed)", in the order of the row.
	Offices, Topics []string
	// Bare marks the site's display fault: the row shows only title, date and
	// summary, though type, offices and topics exist.
	Bare bool
}

// clone returns the release with tags of its own.
func (r Release) clone() Release {
	r.Offices, r.Topics = slices.Clone(r.Offices), slices.Clone(r.Topics)
	return r
}

// Shown returns the release as its row shows it: without type, offices and
// topics if it is Bare.
func (r Release) Shown() Release {
	if r.Bare {
		r.Type, r.Offices, r.Topics = "", nil, nil
	}
	return r
}
