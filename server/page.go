package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
)

// pageFields are the fields that only documents for people need. A page may
// use its own stylesheet and pictures, and nothing else: no script, no frame,
// no form, no request to another host.
//
// The stylesheet is allowed by its hash and not by 'unsafe-inline'. A page
// shows what a newsroom wrote; should markup ever slip through there, neither
// a style element nor a style attribute of a stranger is obeyed.
func pageFields(page []byte) []field {
	policy := "default-src 'none'; " + styleSource(page) +
		"img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return []field{
		newField("Content-Security-Policy", policy),
		newField("Referrer-Policy", "no-referrer"),
	}
}

// styleSource returns the directive that allows the page's first style element,
// if it stands in the head, before anything that a newsroom wrote can follow.
func styleSource(page []byte) string {
	head, _, _ := bytes.Cut(page, []byte("<body"))
	_, rest, found := bytes.Cut(head, []byte("<style"))
	if !found {
		return ""
	}
	_, rest, _ = bytes.Cut(rest, []byte(">"))
	style, _, found := bytes.Cut(rest, []byte("</style"))
	if !found {
		return ""
	}
	sum := sha256.Sum256(style)
	return "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; "
}
