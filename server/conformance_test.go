package server_test

import (
	"communique/feed"
	"communique/server"
)

// The press that the program serves from is one that the server can use.
var _ server.Press = (*feed.Press)(nil)
