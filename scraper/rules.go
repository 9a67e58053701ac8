package scraper

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

// agent is the product token that robots.txt groups are matched with.
const agent = "communique"

// otherAgent stands for every name that is not ours.
const otherAgent = "other"

const (
	maxCrawlDelay = time.Hour // the longest wait between two requests that a site gets
	maxRulePath   = 2 << 10   // bytes; a longer rule is held for its beginning
)

// neverPath is a path that no address has.
const neverPath = "/#"

// plainRules rewrites a robots.txt into the lines that concern us, each spelled
// in the plainest way. RFC 9309 (2.3.1.5) has every line read that can be read;
// the library takes one wrong line, or a page of HTML, for a reason to read
// none, and misses a field with a space before its colon.
func plainRules(text []byte) []byte {
	var plain bytes.Buffer
	var grouped, ours, ruled bool // in a group; in one for us; behind its names
	for line := range strings.FieldsFuncSeq(string(bytes.TrimPrefix(text, []byte("\ufeff"))), isLineEnd) {
		field, value := plainLine(line)
		switch {
		case field == "user-agent":
			ours = value != otherAgent || ours && !ruled
			grouped, ruled = true, false
		case field == "" || !grouped:
			continue
		default:
			ruled = true
			if !ours {
				field, value = "disallow", neverPath
			}
		}
		plain.WriteString(field + ": " + value + "\n")
	}
	return plain.Bytes()
}

// ruleLines returns the lines of a robots.txt that plainRules makes something of,
// as they are but for comments: what is kept of a page of HTML that came in its
// place is nothing.
func ruleLines(text []byte) []byte {
	var rules bytes.Buffer
	for line := range strings.FieldsFuncSeq(string(bytes.TrimPrefix(text, []byte("\ufeff"))), isLineEnd) {
		if field, _ := plainLine(line); field != "" {
			line, _, _ = strings.Cut(line, "#")
			rules.WriteString(strings.TrimSpace(line) + "\n")
		}
	}
	return rules.Bytes()
}

func isLineEnd(r rune) bool { return r == '\n' || r == '\r' }

// plainLine returns a line's field and value, no field if it is none of those
// that groups are made of. A value that says nothing becomes a rule that
// forbids nothing, since it ends the names of its group all the same.
func plainLine(line string) (field, value string) {
	line, _, _ = strings.Cut(line, "#")
	field, value, _ = strings.Cut(line, ":")
	field, value = strings.ToLower(strings.TrimSpace(field)), strings.TrimSpace(value)
	switch field {
	case "user-agent":
		return field, plainAgent(value)
	case "allow", "disallow":
		value = plainPath(value)
	case "crawl-delay":
		value = plainDelay(value)
	default:
		return "", ""
	}
	if value == "" {
		return "disallow", neverPath
	}
	return field, value
}

// plainAgent returns our name, "*", or one name for all others: the library
// would hold a group for "comm" to mean us.
func plainAgent(value string) string {
	product, _, _ := strings.Cut(value, "/")
	switch product = strings.TrimSpace(product); {
	case strings.EqualFold(product, agent):
		return agent
	case product == "*":
		return product
	}
	return otherAgent
}

// plainPath returns a rule's path, "" for none. It begins with a slash, since
// the library makes nothing of an asterisk alone.
func plainPath(value string) string {
	value = strings.Join(strings.Fields(strings.ToValidUTF8(value, "")), "%20")
	if strings.HasPrefix(value, "*") {
		value = "/" + value
	}
	return strings.ToValidUTF8(value[:min(len(value), maxRulePath)], "")
}

// plainDelay returns a number of seconds within bounds, "" for what is none.
func plainDelay(value string) string {
	seconds, _ := strconv.ParseFloat(value, 64) // beyond all bounds it is infinite
	if !(seconds > 0) {
		return ""
	}
	return strconv.FormatFloat(math.Min(seconds, maxCrawlDelay.Seconds()), 'f', -1, 64)
}
