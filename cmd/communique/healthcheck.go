package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// healthcheckCommand is for containers, which have no shell and no client to ask
// with.
func (a *app) healthcheckCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask the server on this machine whether it is alive",
		Long: `Healthcheck asks for /healthz where serve listens, and ends with 0 if the
answer is 200 and with 1 if it is another one or none within 4 seconds.`,
		Example: "  communique healthcheck --listen :8080",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.healthcheck(cmd.Context(), listen) },
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "ask the server that listens at this `ADDR`")
	return cmd
}

func (a *app) healthcheck(ctx context.Context, listen string) error {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return usagef("asking at %q: %w; want a host and a port such as 127.0.0.1:8080, or :8080", listen, err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	ctx, stop := context.WithTimeout(ctx, 4*time.Second)
	defer stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", http.NoBody)
	if err != nil {
		return usagef("asking at %q: %w", listen, err)
	}
	transport := &http.Transport{DisableKeepAlives: true} // and no proxy of the environment's
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("asking for /healthz: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("asking for /healthz: %s", answer.Status)
	}
	_, err = io.Copy(a.out, io.LimitReader(answer.Body, 1<<10))
	return err
}
