package main

import (
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"communique/collector"
)

// progress returns what shows the progress of a run, and what ends the showing:
// a bar if somebody sits before the terminal, nil if not, since then the log
// tells it in lines.
func (a *app) progress() (show func(collector.Progress), end func()) {
	file, ok := a.err.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return nil, func() {}
	}
	bar := &bar{out: file}
	a.log = a.newLog(bar)
	return bar.show, bar.clear
}

// bar is a line at the bottom of a terminal, one for each phase of a run. Log
// lines go through it, to stand above.
type bar struct {
	out   io.Writer
	phase string
	drawn *progressbar.ProgressBar
}

func (b *bar) show(p collector.Progress) {
	if b.drawn == nil || b.phase != p.Phase {
		b.clear()
		b.phase = p.Phase
		unit := "pages"
		if p.Phase != "listing" {
			unit = p.Phase
		}
		b.drawn = progressbar.NewOptions(p.Of,
			progressbar.OptionSetWriter(b.out), progressbar.OptionSetWidth(30), progressbar.OptionUseANSICodes(true),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString(unit),
			progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish())
	}
	b.drawn.ChangeMax(max(p.Of, p.Pages+1)) // a bar that is full ends
	b.drawn.Describe(fmt.Sprintf("%s %s: %d new", p.Source, p.Phase, p.New))
	_ = b.drawn.Set(p.Pages)
}

func (b *bar) clear() {
	if b.drawn != nil {
		_ = b.drawn.Clear()
	}
}

// Write writes a line of the log above the bar.
func (b *bar) Write(line []byte) (int, error) {
	b.clear()
	n, err := b.out.Write(line)
	if b.drawn != nil {
		_ = b.drawn.RenderBlank()
	}
	return n, err
}
