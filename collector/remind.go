package collector

import (
	"regexp"
	"time"
)

const (
	problemsNote = "problems"

	// silence is how long a problem that goes on is not told again.
	silence = 7 * 24 * time.Hour
)

// particular is what differs between two tellings of one problem: numbers, and
// what is quoted from a page.
var particular = regexp.MustCompile(`"[^"]*"|[0-9]+`)

// remind finds the problems of the run that are to be told to a person: those
// that were not told lately.
func (r *run) remind() error {
	told := map[string]time.Time{}
	if err := recall(r.room, problemsNote, &told); err != nil {
		return err
	}
	now, changed := r.site.Now(), false
	for text, at := range told {
		if now.Sub(at) >= silence || at.After(now) {
			delete(told, text)
			changed = true
		}
	}
	for _, problem := range r.report.Problems {
		text := particular.ReplaceAllString(problem, "")
		if _, known := told[text]; !known && len(told) < maxProblems {
			told[text] = now
			changed = true
			r.report.Fresh = append(r.report.Fresh, problem)
		}
	}
	if !changed {
		return nil
	}
	return keepNote(r.room, problemsNote, told)
}
