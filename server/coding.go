package server

import (
	"bytes"
	"compress/gzip"
	"strconv"
	"strings"
)

// unnamed is the weight of a coding that Accept-Encoding does not mention.
const unnamed = -1

// prefersGzip reads the values of Accept-Encoding (RFC 9110, section 12.5.3)
// and reports whether gzip is welcome, and no less so than the bytes as they
// are. Whatever the field says, those may always be sent: a reader that
// refuses both is better off with them than with an error.
func prefersGzip(lines []string) bool {
	var coded, identity, other float64 = unnamed, unnamed, unnamed
	for _, line := range lines {
		for member := range strings.SplitSeq(line, ",") {
			coding, parameters, _ := strings.Cut(member, ";")
			coding = strings.TrimSpace(coding)
			switch {
			case strings.EqualFold(coding, "gzip"), strings.EqualFold(coding, "x-gzip"):
				coded = weight(parameters)
			case strings.EqualFold(coding, "identity"):
				identity = weight(parameters)
			case coding == "*":
				other = weight(parameters)
			}
		}
	}
	if coded == unnamed {
		coded = other
	}
	return coded > 0 && coded >= identity
}

// weight reads the q of a list member: 1 when there is none, 0 when it is no
// number from 0 to 1.
func weight(parameters string) float64 {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if !strings.EqualFold(name, "q") {
			continue
		}
		q, err := strconv.ParseFloat(value, 64)
		if err != nil || !(q >= 0 && q <= 1) {
			return 0
		}
		return q
	}
	return 1
}

// gzipped returns body coded with gzip, without a name or a time in its
// header, or nil when that would not make it smaller.
func gzipped(body []byte) []byte {
	var coded bytes.Buffer
	w := gzip.NewWriter(&coded)
	// A bytes.Buffer takes everything, so neither call can fail.
	_, _ = w.Write(body)
	_ = w.Close()
	if coded.Len() >= len(body) {
		return nil
	}
	return bytes.Clone(coded.Bytes())
}
