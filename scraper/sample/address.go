package sample

import (
	"strconv"
	"strings"
)

// Path returns the address of the release's own page, without the host.
func (r Release) Path() string {
	if r.Slug == "" {
		return r.nodePath()
	}
	return "/" + r.Slug + "/" + strconv.Itoa(r.Number)
}

// nodePath is the address that every release also answers at, and below each
// language.
func (r Release) nodePath() string {
	return "/node/" + strconv.Itoa(r.Number)
}

// numberIn returns the number that a path ends in, 0 if it ends in none.
func numberIn(path string) int {
	n, err := strconv.Atoi(path[strings.LastIndexByte(path, '/')+1:])
	if err != nil {
		return 0
	}
	return n
}

// isLanguage reports whether path is node below a language, such as "/ru".
func isLanguage(path, node string) bool {
	language, found := strings.CutSuffix(path, node)
	return found && len(language) == 3 && language[0] == '/' && isLower(language[1]) && isLower(language[2])
}

func isLower(letter byte) bool { return 'a' <= letter && letter <= 'z' }
