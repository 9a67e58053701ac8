package server

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
)

// mishap is a panic that was caught, as an error that fits one line.
type mishap struct {
	value any
	place string
}

// newMishap wraps what recover returned. It must be called by the deferred
// function itself, while the panicking calls are still on the stack.
func newMishap(value any) error { return &mishap{value, panicPlace()} }

func (m *mishap) Error() string { return fmt.Sprintf("panic at %s: %v", m.place, m.value) }

func isMishap(err error) bool {
	_, ok := errors.AsType[*mishap](err)
	return ok
}

// panicPlace names the function and line that panicked: the first frame below
// the runtime's own.
func panicPlace() string {
	var callers [32]uintptr
	n := runtime.Callers(1, callers[:])
	frames := runtime.CallersFrames(callers[:n])
	panicking := false
	for {
		frame, more := frames.Next()
		inRuntime := strings.HasPrefix(frame.Function, "runtime.")
		if panicking && !inRuntime {
			return fmt.Sprintf("%s:%d", frame.Function, frame.Line)
		}
		panicking = panicking || inRuntime
		if !more {
			return "an unknown place"
		}
	}
}
