package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"slices"
	"time"

	"communique/collector/journal"
)

// maxOutput is how much of what a command says is logged, in bytes.
const maxOutput = 4 << 10

// CommandOptions say what is run for each event.
type CommandOptions struct {
	// Args are the program and its arguments; no shell reads them.
	Args []string
	// Env is its environment, to which those of the event are added. nil is an
	// empty one.
	Env []string
	// Timeout bounds one run. 0 means 30 seconds.
	Timeout time.Duration
	// Log takes what the command says. nil discards it.
	Log *slog.Logger
}

// Command runs a program of the operator's for each event, which it finds as JSON
// on its standard input and in these variables:
//
//	COMMUNIQUE_EVENT_ID      the same for the same event
//	COMMUNIQUE_EVENT_KIND    such as broken
//	COMMUNIQUE_EVENT_SOURCE  such as osce
//	COMMUNIQUE_EVENT_TIME    when it happened, as RFC 3339
//	COMMUNIQUE_EVENT_TITLE   one line
//	COMMUNIQUE_EVENT_TEXT    one line
//	COMMUNIQUE_EVENT_LINK    address of the release, or empty
//
// The event is told if it ends with status 0. At the time limit it is killed with
// all that it started in its process group.
type Command struct{ o CommandOptions }

// NewCommand returns a command; there must be a first argument.
func NewCommand(o CommandOptions) *Command {
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Command{o}
}

// Name implements Way.
func (*Command) Name() string { return "command" }

// Tell runs the command once.
func (c *Command) Tell(ctx context.Context, e journal.Event) error {
	text, err := body(e)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeoutCause(ctx, c.o.Timeout, fmt.Errorf("it was killed after %s", c.o.Timeout))
	defer cancel()
	var said head
	cmd := exec.CommandContext(limited, c.o.Args[0], c.o.Args[1:]...)
	cmd.Env = append(slices.Clone(c.o.Env), variables(e)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), &said, &said
	cmd.WaitDelay = time.Second // for what escaped its group and holds the pipes
	ownGroup(cmd)
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case limited.Err() != nil:
		err = context.Cause(limited)
	case errors.Is(err, exec.ErrWaitDelay): // it ended well and left something behind
		err = nil
	}
	if said.all > 0 {
		c.o.Log.Info("the command said", "command", c.o.Args[0], "id", e.ID, "output", string(said.kept), "bytes", said.all)
	}
	if err != nil {
		return fmt.Errorf("running %s: %w", c.o.Args[0], err)
	}
	return nil
}

func variables(e journal.Event) []string {
	const prefix = "COMMUNIQUE_EVENT_"
	return []string{
		prefix + "ID=" + e.ID, prefix + "KIND=" + string(e.Kind), prefix + "SOURCE=" + e.Source,
		prefix + "TIME=" + e.At.Format(time.RFC3339), prefix + "TITLE=" + e.Title, prefix + "TEXT=" + e.Text, prefix + "LINK=" + e.Link,
	}
}

// head keeps the beginning of what is written to it.
type head struct {
	kept []byte
	all  int64 // bytes that were written
}

// Write implements io.Writer.
func (h *head) Write(b []byte) (int, error) {
	h.all += int64(len(b))
	h.kept = append(h.kept, b[:min(len(b), maxOutput-len(h.kept))]...)
	return len(b), nil
}
