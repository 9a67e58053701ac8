package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms says which of our rooms, and which of the four chosen packages, each
// room may import. Data goes one way: scraper, collector, store, feed, server.
func rooms() map[string][]string {
	const bolt, colly, gorilla, cron = "go.etcd.io/bbolt", "github.com/gocolly/colly/v2", "github.com/gorilla/feeds", "github.com/robfig/cron/v3"
	return map[string][]string{
		"store":                           {bolt, bolt + "/errors"},
		"scraper":                         {"scraper/listing", "scraper/sources", "store", colly},
		"scraper/listing":                 {"scraper/sources", "store"},
		"scraper/sources":                 {},
		"scraper/sample":                  {},
		"collector":                       {"collector/journal", "scraper", "scraper/listing", "store", cron},
		"collector/journal":               {"store"},
		"feed":                            {"store", gorilla},
		"feed/folder":                     {"feed"},
		"server":                          {"feed", "store"},
		"server/admin":                    {"collector", "collector/journal", "store"},
		"server/notify":                   {"collector/journal"},
		"server/local":                    {"collector", "scraper", "store"},
		"server/private":                  {},
		"server/websub":                   {},
		"cmd/communique/logging":          {},
		"cmd/communique/settings":         {"cmd/communique/logging", "collector", "feed", "scraper/sources", "server/notify"},
		"cmd/communique/systemd":          {},
		"cmd/communique/testdata/clients": {"scraper/sample"},
		"tools/licences":                  {},
		"cmd/communique": {
			"collector", "collector/journal", "feed", "feed/folder", "scraper", "scraper/listing", "scraper/sample", "scraper/sources",
			"server", "server/admin", "server/local", "server/notify", "server/private", "server/websub", "store",
			"cmd/communique/logging", "cmd/communique/settings", "cmd/communique/systemd",
		},
	}
}

// TestImports holds every file of the program against rooms.
func TestImports(t *testing.T) {
	const root = "../.."
	fenced := []string{"communique/", "go.etcd.io/bbolt", "github.com/gocolly/", "github.com/gorilla/feeds", "github.com/robfig/cron"}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		room, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		allowed, ok := rooms()[filepath.ToSlash(room)]
		if !ok {
			t.Errorf("%s: the house has no room %s", path, room)
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			watched := slices.ContainsFunc(fenced, func(prefix string) bool { return strings.HasPrefix(imported, prefix) })
			if watched && !slices.Contains(allowed, strings.TrimPrefix(imported, "communique/")) {
				t.Errorf("%s: %s must not import %s", path, room, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
