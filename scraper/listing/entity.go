package listing

import (
	"bytes"

	"golang.org/x/net/html"
)

// common are the references that most pages hold, and what they mean.
var common = map[string]string{
	"&nbsp;": "\u00a0", "&amp;": "&", "&quot;": `"`, "&lt;": "<", "&gt;": ">", "&#39;": "'", "&#039;": "'", "&shy;": "\u00ad",
	"&ndash;": "–", "&mdash;": "—", "&lsquo;": "‘", "&rsquo;": "’", "&ldquo;": "“", "&rdquo;": "”", "&hellip;": "…",
}

// appendText adds a text to b, with the characters that it refers to.
func appendText(b, text []byte) []byte {
	return appendMeaning(b, text, func([]byte, string) bool { return true })
}

// appendValue is appendText for the value of an attribute. Without its
// semicolon, what looks like a reference may be the parameter of an address.
func appendValue(b, value []byte) []byte { return appendMeaning(b, value, isReference) }

// appendMeaning adds a text to b, with what its references mean as far as they
// are such.
func appendMeaning(b, text []byte, such func(text []byte, means string) bool) []byte {
	for {
		at := bytes.IndexByte(text, '&')
		if at < 0 {
			return append(b, text...)
		}
		b = append(b, text[:at]...)
		text = text[at:]
		end := referenceEnd(text)
		if means, ok := common[string(text[:end])]; ok {
			b = append(b, means...)
		} else if means := html.UnescapeString(string(text[:end])); end > 1 && such(text, means) {
			b = append(b, means...)
		} else {
			b = append(b, text[:end]...)
		}
		text = text[end:]
	}
}

// referenceEnd returns where a reference ends that begins with an ampersand.
func referenceEnd(text []byte) int {
	end := 1
	for end < len(text) && (isLetter(text[end]) || isDigit(text[end]) || text[end] == '#' && end == 1) {
		end++
	}
	if end < len(text) && text[end] == ';' {
		end++
	}
	return end
}

// isReference says that what looks like a reference at the begin of an
// attribute's text is one and has a meaning.
func isReference(text []byte, means string) bool {
	end := referenceEnd(text)
	switch {
	case text[1] == '#':
		return true
	case text[end-1] == ';':
		return means == ";" || means[len(means)-1] != ';'
	case end < len(text) && text[end] == '=':
		return false
	}
	return means+";" != html.UnescapeString(string(text[:end])+";")
}
