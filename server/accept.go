package server

import (
	"strconv"
	"strings"
)

// weights are what a reader thinks of each coding: from 0, which it refuses,
// to 1.
type weights [codingCount]float64

// unnamed is the weight of a coding that Accept-Encoding does not mention.
const unnamed = -1

// acceptEncoding reads the values of Accept-Encoding (RFC 9110, section
// 12.5.3). A coding that is not mentioned is refused, except that identity,
// which may always be sent, then comes after everything that is welcome.
func acceptEncoding(lines []string) weights {
	w := weights{unnamed, unnamed, unnamed, unnamed}
	other := float64(unnamed)
	for _, line := range lines {
		for member := range strings.SplitSeq(line, ",") {
			name, parameters, _ := strings.Cut(member, ";")
			name = strings.TrimSpace(name)
			if name == "*" {
				other = weight(parameters)
			} else if c, known := codingNamed(name); known {
				w[c] = weight(parameters)
			}
		}
	}
	for c := range w {
		if w[c] == unnamed {
			w[c] = max(0, other)
		}
	}
	return w
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

// codingNamed returns the coding of a name in Accept-Encoding; x-gzip is the
// old name of gzip (RFC 9110, section 8.4.1.3).
func codingNamed(name string) (coding, bool) {
	if strings.EqualFold(name, "x-gzip") {
		return gzipped, true
	}
	for c := range codingCount {
		if strings.EqualFold(name, c.String()) {
			return c, true
		}
	}
	return 0, false
}
