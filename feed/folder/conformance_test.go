package folder_test

import (
	"communique/feed"
	"communique/feed/folder"
)

// The press that the program publishes from is a tree.
var _ folder.Tree = (*feed.Press)(nil)
