package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"communique/cmd/communique/settings"
	"communique/server/private"
)

func (a *app) tokenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Give readers private addresses, and take them back",
		Long: `Token looks after tokens: each opens all feeds under /private/TOKEN/, for whoever
has it. With the setting private they are the only way to the feeds. They are in
tokens.json in the folder that --data names, hashed, so that nobody can read them
there. A 'serve' that runs keeps to every change at once.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return usagef("token: say what to do: add, list or revoke") },
	}
	cmd.AddCommand(a.tokenAddCommand(), a.tokenListCommand(), a.tokenRevokeCommand())
	return cmd
}

func (a *app) tokenAddCommand() *cobra.Command {
	var base settings.Address
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Make a token and print the address that it opens",
		Long: `Add makes a token and prints the address of the feeds under it, this once: only
a hash of it is kept. Who has the address has the feeds, so send it as you would
a password. NAME says whose it is; it has letters, digits, dots, - and _.`,
		Example: "  communique token add press-office --base-url https://feeds.example.org",
		Args:    one("a NAME"),
		RunE: func(_ *cobra.Command, args []string) error {
			tokens, err := a.tokens()
			if err != nil {
				return err
			}
			token, err := tokens.Add(args[0])
			if err != nil {
				return tokenError(err)
			}
			fmt.Fprintf(a.out, "%s/private/%s/\n", strings.TrimRight(base.String(), "/"), token)
			_, err = fmt.Fprintf(a.err, "Keep this address: it can't be shown again. 'communique token revoke %s' ends it.\n", args[0])
			return err
		},
	}
	cmd.Flags().Var(&base, "base-url", "the `URL` under which readers find the feeds; without it only the path is printed")
	return cmd
}

func (a *app) tokenListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Name the tokens that there are",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			tokens, err := a.tokens()
			if err != nil {
				return err
			}
			list, err := tokens.List()
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "NAME\tADDED\tLAST USED")
			for _, token := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\n", token.Name, token.Added.Format(time.DateOnly), lastUse(token))
			}
			return w.Flush()
		},
	}
}

func (a *app) tokenRevokeCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "revoke NAME",
		Short:             "End a token: its address is nothing from now on",
		Args:              one("a NAME"),
		ValidArgsFunction: a.completeTokens,
		RunE: func(_ *cobra.Command, args []string) error {
			tokens, err := a.tokens()
			if err != nil {
				return err
			}
			if err := tokens.Revoke(args[0]); err != nil {
				return tokenError(err)
			}
			_, err = fmt.Fprintf(a.err, "The token %s opens nothing any more.\n", args[0])
			return err
		},
	}
}

// tokens opens those in the data folder.
func (a *app) tokens() (*private.Tokens, error) {
	return private.Open(filepath.Join(a.data, "tokens.json"), a.now, a.log)
}

// tokenError says what to do about an error.
func tokenError(err error) error {
	switch {
	case errors.Is(err, private.ErrName):
		return usageError{err}
	case errors.Is(err, private.ErrTaken):
		return fmt.Errorf("%w; choose another, or revoke that one first", err)
	case errors.Is(err, private.ErrUnknown):
		return fmt.Errorf("%w; 'communique token list' names those that there are", err)
	}
	return err
}

// lastUse is when a token was last used, for people.
func lastUse(token private.Token) string {
	if token.Used.IsZero() {
		return "never"
	}
	return token.Used.Format(time.DateOnly)
}

// completeTokens offers the names of tokens to the shell.
func (a *app) completeTokens(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	tokens, err := a.tokens()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	list, err := tokens.List()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	names := make([]string, len(list))
	for i, token := range list {
		names[i] = token.Name
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
