package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// asked returns how a healthcheck of this address ends, and what it says.
func asked(t *testing.T, listen string) (status int, out, problem string) {
	t.Helper()
	var o, e bytes.Buffer
	a := &app{streams: streams{strings.NewReader(""), &o, &e}}
	cmd := a.healthcheckCommand()
	cmd.SetArgs([]string{"--listen", listen})
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err := cmd.ExecuteContext(t.Context())
	if err != nil {
		problem = err.Error()
	}
	return statusOf(err), o.String(), problem
}

func TestHealthcheck(t *testing.T) {
	answer := func(status int) string {
		site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/healthz" {
				status = http.StatusTeapot
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte("alive\n"))
		}))
		t.Cleanup(site.Close)
		return site.Listener.Addr().String()
	}
	well := answer(http.StatusOK)
	_, port, err := net.SplitHostPort(well)
	if err != nil {
		t.Fatal(err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := silent.Addr().String()
	silent.Close()
	for _, c := range []struct {
		listen string
		want   int
		says   string
	}{
		{well, statusDone, "alive"},
		{":" + port, statusDone, "alive"},
		{"0.0.0.0:" + port, statusDone, "alive"},
		{answer(http.StatusInternalServerError), statusFailed, "500"},
		{answer(http.StatusMovedPermanently), statusFailed, "301"},
		{nobody, statusFailed, "refused"},
		{"8080", statusUsage, "want a host and a port"},
	} {
		status, out, problem := asked(t, c.listen)
		if status != c.want || !strings.Contains(out+problem, c.says) {
			t.Errorf("%s: status %d, says %q %q", c.listen, status, out, problem)
		}
	}
}

// A server that accepts and never answers is not alive.
func TestHealthcheckGivesUp(t *testing.T) {
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	begin := time.Now()
	status, _, problem := asked(t, mute.Addr().String())
	if status != statusFailed || !strings.Contains(problem, "deadline") || time.Since(begin) > time.Minute {
		t.Errorf("status %d after %v: %s", status, time.Since(begin), problem)
	}
}
