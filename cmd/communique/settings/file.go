package settings

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"communique/feed"
	"communique/scraper/sources"
)

// FeedsKey is that of the saved feeds, the one setting that is more than a text
// or a list of texts.
const FeedsKey = "feeds"

// maxFile bounds a settings file, in bytes. The time for reading one goes by the
// square of its lines.
const maxFile = 128 << 10

// File is a settings file as it was read: each key that has a value, and
// where that stands. It knows which keys there are, not what they mean.
type File struct {
	Name    string
	lines   []string
	known   []string // keys, dotted ones within sections
	anchors map[string]ast.Node
	values  map[string]fileValue
	Feeds   []feed.SavedFeed
	// FeedLines are where the feeds' names stand.
	FeedLines map[string]int
	Info      os.FileInfo // of the file before it was read
}

// fileValue is what stands beside a key.
type fileValue struct {
	given
	at *token.Token
}

// readFile reads a file, strictly. Its errors are of type *configError
// where they have a place in the file.
func readFile(name string, known []string) (*File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	opened, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	defer opened.Close()
	text, err := io.ReadAll(io.LimitReader(opened, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("reading the configuration %s: it has more than %d bytes", name, maxFile)
	}
	file, err := parse(name, string(text), known)
	if err != nil {
		return nil, err
	}
	file.Info = info
	return file, nil
}

func parse(name, text string, known []string) (*File, error) {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("reading the configuration %s: it is not written in UTF-8", name)
	}
	f := &File{
		Name: name, lines: strings.Split(text, "\n"), known: known,
		anchors: map[string]ast.Node{}, values: map[string]fileValue{}, FeedLines: map[string]int{},
	}
	if at := sources.TooDeep([]byte(text)); at != nil {
		return nil, NewError("configuration", name, text, at.Line, at.Column, at.Reason)
	}
	parsed, err := parser.ParseBytes([]byte(text), 0)
	var wrong yaml.Error
	if errors.As(err, &wrong) && wrong.GetToken() != nil {
		return nil, f.errorAt(wrong.GetToken(), errors.New(wrong.GetMessage()))
	}
	if err != nil {
		return nil, fmt.Errorf("reading the configuration %s: %w", name, err)
	}
	return f, f.readDocuments(parsed.Docs)
}

// readDocuments reads the one document that there may be.
func (f *File) readDocuments(docs []*ast.DocumentNode) error {
	docs = slices.DeleteFunc(docs, func(d *ast.DocumentNode) bool { return d.Body == nil })
	if len(docs) == 0 {
		return nil
	}
	if len(docs) > 1 {
		return f.errorAt(docs[1].Body.GetToken(), errors.New("a second document begins; settings are one"))
	}
	ast.Walk(f, docs[0].Body)
	return f.readSection("", docs[0].Body)
}

// Visit implements ast.Visitor: it notes what aliases stand for.
func (f *File) Visit(node ast.Node) ast.Visitor {
	if anchor, ok := node.(*ast.AnchorNode); ok {
		f.anchors[anchor.Name.GetToken().Value] = anchor.Value
	}
	return f
}

// plain returns what a node stands for. An alias is followed once: one that
// leads to others means nothing here.
func (f *File) plain(node ast.Node) ast.Node {
	if alias, ok := node.(*ast.AliasNode); ok {
		node = f.anchors[alias.Value.GetToken().Value]
	}
	if anchor, ok := node.(*ast.AnchorNode); ok {
		node = anchor.Value
	}
	return node
}

// pairs returns the keys of a mapping and their values, as they stand there; ok
// is false if it is none.
func (f *File) pairs(node ast.Node) (list []*ast.MappingValueNode, ok bool) {
	switch node := f.plain(node).(type) {
	case *ast.MappingNode:
		return node.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{node}, true
	}
	return nil, false
}

// readSection reads a mapping whose keys begin with a prefix.
func (f *File) readSection(prefix string, node ast.Node) error {
	pairs, ok := f.pairs(node)
	if !ok {
		return f.errorAt(node.GetToken(), errors.New("want keys and values such as data: /var/lib/communique"))
	}
	for _, pair := range pairs {
		if err := f.readPair(prefix, pair); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) readPair(prefix string, pair *ast.MappingValueNode) error {
	name := pair.Key.GetToken().Value
	key := prefix + name
	if err := f.checkKey(pair, f.within(prefix)); err != nil {
		return err
	}
	if pair.Value.Type() == ast.NullType {
		return nil
	}
	switch {
	case key == FeedsKey:
		return f.readFeeds(pair.Value)
	case !slices.Contains(f.known, key):
		return f.readSection(key+".", pair.Value)
	}
	value, err := f.value(pair.Value)
	if err == nil && !value.empty() {
		f.values[key] = fileValue{value, pair.Value.GetToken()}
	}
	return err
}

// checkKey refuses a key that is none of the known.
func (f *File) checkKey(pair *ast.MappingValueNode, known []string) error {
	at := pair.Key.GetToken()
	if slices.Contains(known, at.Value) {
		return nil
	}
	err := f.errorAt(at, fmt.Errorf("unknown field %q%s", at.Value, f.hint(at.Value, known)))
	err.cut = true // it may be a secret by another name
	return err
}

// hint ends the sentence about a name that is none of those known at its place.
func (f *File) hint(name string, known []string) string {
	for _, key := range f.known {
		section, last, deeper := strings.Cut(key, ".")
		switch {
		case deeper && name == key:
			return fmt.Sprintf("; it is written %s: {%s: …}", section, last)
		case deeper && name == last:
			return "; it belongs into " + section
		}
	}
	return didYouMean(name, known)
}

// within returns the names that may stand in a section.
func (f *File) within(prefix string) []string {
	var names []string
	for _, key := range f.known {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			name, _, _ := strings.Cut(rest, ".")
			names = append(names, name)
		}
	}
	return slices.Compact(names)
}

// value reads a text, a number, true or false, or a list of such.
func (f *File) value(node ast.Node) (given, error) {
	plain := f.plain(node)
	list, ok := plain.(*ast.SequenceNode)
	if !ok {
		text, err := f.text(node)
		return given{text: text}, err
	}
	g := given{list: []string{}, isList: true}
	for _, item := range list.Values {
		text, err := f.text(item)
		if err != nil {
			return g, err
		}
		g.list = append(g.list, text)
	}
	return g, nil
}

// text reads a scalar as it is written.
func (f *File) text(node ast.Node) (string, error) {
	var text string
	switch plain := f.plain(node).(type) {
	case *ast.LiteralNode:
		text = strings.TrimSuffix(plain.Value.Value, "\n")
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		text = plain.GetToken().Value
	default:
		return "", f.errorAt(node.GetToken(), errors.New("want a text or a number"))
	}
	if strings.ContainsFunc(text, isControl) {
		return "", f.errorAt(node.GetToken(), errors.New("it can't hold control characters"))
	}
	return text, nil
}

// isControl reports whether a rune ends a line or is one that terminals act on.
func isControl(r rune) bool {
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}

// errorAt says what is wrong at a place of the file.
func (f *File) errorAt(at *token.Token, err error) *Error {
	line, column := at.Position.Line, at.Position.Column
	return &Error{what: "configuration", file: f.Name, line: line, column: column, lines: f.lines, reason: err}
}
