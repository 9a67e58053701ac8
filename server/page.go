package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
)

// pagePolicy is what a document for people may do: use its own stylesheet,
// script and pictures, and nothing else. No frame, no form, no request to any
// host.
//
// Stylesheet and script are allowed by their hashes and not by
// 'unsafe-inline'. A page shows what a newsroom wrote; should markup ever slip
// through there, no element and no attribute of a stranger is obeyed.
func pagePolicy(page []byte) field {
	policy := "default-src 'none'; " + inlineSource(page, "style") + inlineSource(page, "script") +
		"img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return newField("Content-Security-Policy", policy)
}

// inlineSource returns the directive that allows the page's first element of a
// name, style or script, if it stands in the head, before anything that a
// newsroom wrote can follow.
func inlineSource(page []byte, name string) string {
	head, _, _ := bytes.Cut(page, []byte("<body"))
	_, rest, found := bytes.Cut(head, []byte("<"+name))
	if !found {
		return ""
	}
	_, rest, _ = bytes.Cut(rest, []byte(">"))
	text, _, found := bytes.Cut(rest, []byte("</"+name))
	if !found {
		return ""
	}
	sum := sha256.Sum256(text)
	return name + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; "
}
