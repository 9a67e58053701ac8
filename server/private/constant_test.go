package private_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A token opens by all of its hash: one byte of it that is another, and it opens
// nothing.
func TestWholeHash(t *testing.T) {
	path, clock := file(t), &calendar{now: monday}
	server := open(t, path, clock, new(bytes.Buffer))
	given := add(t, server, "reader")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256([]byte(given))
	for i := range hash {
		other := hash
		other[i] ^= 1
		if err := os.WriteFile(path, bytes.Replace(text, []byte(hex.EncodeToString(hash[:])), []byte(hex.EncodeToString(other[:])), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if server.Holds(given) {
			t.Errorf("a token opens though byte %d of its hash is another", i)
		}
	}
}

// TestConstantTime reads the sources, since no clock is good enough for it: what
// is secret is compared by crypto/subtle alone, and with every token there is.
func TestConstantTime(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range hasty(parsed) {
			t.Errorf("%s: %s", set.Position(found.Pos()), found.what)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && calls(call, "subtle", "ConstantTimeCompare") {
				compared++
			}
			return true
		})
	}
	if compared != 1 {
		t.Errorf("tokens are compared by crypto/subtle in %d places, want one", compared)
	}
}

// TestHastyIsFound shows what TestConstantTime finds.
func TestHastyIsFound(t *testing.T) {
	for source, want := range map[string]int{
		"if hash == k.hash { }":                      1,
		"if keys[i].hash != hash { }":                1,
		"if string(hash[:]) == text { }":             1,
		"if token == known { }":                      1,
		"if bytes.Equal(hash[:], k.hash[:]) {}":      1,
		"if len(hash) != size || name == k.name { }": 0,
		"for i := range keys { if subtle.ConstantTimeCompare(a, b) == 1 { found = i } }":                      0,
		"for i := range keys { if subtle.ConstantTimeCompare(a, b) == 1 { found = i; break } }":               1,
		"for i := range keys { if subtle.ConstantTimeCompare(a, b) == 1 { return } }":                         1,
		"for _, k := range keys { if k.used { continue }; if subtle.ConstantTimeCompare(a, b) == 1 { n++ } }": 1,
		"for i := range keys { if keys[i].name == called { break } }":                                         0,
	} {
		parsed, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nfunc f() { "+source+" }", parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if got := hasty(parsed); len(got) != want {
			t.Errorf("%s: found %v, want %d", source, got, want)
		}
	}
}

// haste is a place at which the time that is taken may tell of a secret.
type haste struct {
	ast.Node
	what string
}

func (h haste) String() string { return h.what }

// hasty returns where a file compares what is secret byte by byte, or leaves a
// loop over secrets early.
func hasty(file *ast.File) (found []haste) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if (n.Op == token.EQL || n.Op == token.NEQ) && (isSecret(n.X) || isSecret(n.Y)) {
				found = append(found, haste{n, "a secret is compared by " + n.Op.String()})
			}
		case *ast.CallExpr:
			for pkg, names := range map[string][]string{"bytes": {"Equal", "Compare", "HasPrefix"}, "slices": {"Equal", "Compare"}, "strings": {"EqualFold", "Compare"}} {
				if calls(n, pkg, names...) && slices.ContainsFunc(n.Args, isSecret) {
					found = append(found, haste{n, "a secret is compared by package " + pkg})
				}
			}
		case *ast.RangeStmt:
			found = append(found, leaves(n)...)
		}
		return true
	})
	return found
}

// isSecret says by the name whether an expression is a token, a hash or a part.
func isSecret(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return strings.EqualFold(e.Name, "hash") || e.Name == "token"
	case *ast.SelectorExpr:
		return isSecret(e.Sel)
	case *ast.SliceExpr:
		return isSecret(e.X)
	case *ast.ParenExpr:
		return isSecret(e.X)
	case *ast.CallExpr: // a conversion
		name, ok := e.Fun.(*ast.Ident)
		return ok && name.Name == "string" && isSecret(e.Args[0])
	}
	return false
}

// leaves returns where a loop that compares secrets doesn't go on to its end.
func leaves(loop *ast.RangeStmt) (found []haste) {
	compares := false
	ast.Inspect(loop.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			compares = compares || calls(n, "subtle", "ConstantTimeCompare")
		case *ast.BranchStmt, *ast.ReturnStmt:
			found = append(found, haste{n, "the loop over all tokens is left"})
		}
		return true
	})
	if !compares {
		return nil
	}
	return found
}

// calls says whether a call is of one of a package's functions.
func calls(call *ast.CallExpr, pkg string, names ...string) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains(names, selector.Sel.Name) {
		return false
	}
	from, ok := selector.X.(*ast.Ident)
	return ok && from.Name == pkg
}
