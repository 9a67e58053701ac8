package settings

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml/ast"

	"communique/feed"
)

// readFeeds reads the saved feeds.
func (f *File) readFeeds(node ast.Node) error {
	list, ok := f.plain(node).(*ast.SequenceNode)
	if !ok {
		return f.errorAt(node.GetToken(), errors.New("want a list of feeds, each behind a hyphen"))
	}
	for _, item := range list.Values {
		r := &feedReader{File: f, places: map[string]ast.Node{}}
		if err := r.read(item); err != nil {
			return err
		}
		name := r.places["name"].GetToken()
		if line := f.FeedLines[r.feed.Name]; line > 0 {
			return f.errorAt(name, fmt.Errorf("a feed named %q stands in line %d already; give one of them another name", r.feed.Name, line))
		}
		f.FeedLines[r.feed.Name] = name.Position.Line
		f.Feeds = append(f.Feeds, r.feed)
	}
	return nil
}

// feedReader reads one saved feed.
type feedReader struct {
	*File
	feed   feed.SavedFeed
	places map[string]ast.Node // of its keys' values
}

func (r *feedReader) read(node ast.Node) error {
	pairs, ok := r.pairs(node)
	if !ok {
		return r.errorAt(node.GetToken(), errors.New("want a feed: name, title, match and not"))
	}
	for _, pair := range pairs {
		if err := r.readPart(pair); err != nil {
			return err
		}
	}
	if r.places["name"] == nil {
		return r.errorAt(pairs[0].Key.GetToken(), errors.New("the feed has no name"))
	}
	if err := r.feed.Check(); err != nil {
		return r.errorAt(r.places["name"].GetToken(), err)
	}
	return nil
}

// readPart reads one key of a feed and checks it by itself, in a feed that is
// right otherwise.
func (r *feedReader) readPart(pair *ast.MappingValueNode) (err error) {
	if err := r.checkKey(pair, []string{"name", "title", "match", "not"}); err != nil {
		return err
	}
	trial := feed.SavedFeed{Name: "trial", Title: "Trial", Match: feed.Filter{Words: []string{"trial"}}}
	switch key := pair.Key.GetToken().Value; key {
	case "match":
		return r.readFilter(func(f *feed.SavedFeed) *feed.Filter { return &f.Match }, pair.Value)
	case "not":
		return r.readFilter(func(f *feed.SavedFeed) *feed.Filter { return &f.Not }, pair.Value)
	case "name":
		r.feed.Name, err = r.text(pair.Value)
		trial.Name = r.feed.Name
		r.places[key] = pair.Value
	case "title":
		r.feed.Title, err = r.text(pair.Value)
		trial.Title = r.feed.Title
	}
	if err == nil {
		err = r.right(pair.Value, trial)
	}
	return err
}

// right tells of a feed that is not right at the place that makes it so.
func (r *feedReader) right(at ast.Node, trial feed.SavedFeed) error {
	if err := trial.Check(); err != nil {
		return r.errorAt(at.GetToken(), err)
	}
	return nil
}

// readFilter reads one filter of the feed, that which of chooses.
func (r *feedReader) readFilter(of func(*feed.SavedFeed) *feed.Filter, node ast.Node) error {
	pairs, ok := r.pairs(node)
	if !ok {
		return r.errorAt(node.GetToken(), errors.New("want offices, topics, types or words, each with a list"))
	}
	for _, pair := range pairs {
		if err := r.checkKey(pair, []string{"offices", "topics", "types", "words"}); err != nil {
			return err
		}
		kind := pair.Key.GetToken().Value
		err := r.readValues(pair.Value, func(f *feed.SavedFeed) *[]string {
			filter := of(f)
			return map[string]*[]string{
				"offices": &filter.Offices, "topics": &filter.Topics, "types": &filter.Types, "words": &filter.Words,
			}[kind]
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readValues reads one list of a filter, that which of chooses.
func (r *feedReader) readValues(node ast.Node, of func(*feed.SavedFeed) *[]string) error {
	items, ok := r.plain(node).(*ast.SequenceNode)
	if !ok {
		return r.errorAt(node.GetToken(), errors.New("want a list such as [elections, policing]"))
	}
	trial := feed.SavedFeed{Name: "trial", Title: "Trial"}
	var list []string
	for _, item := range items.Values {
		text, err := r.text(item)
		if err != nil {
			return err
		}
		*of(&trial) = []string{text}
		if err := r.right(item, trial); err != nil {
			return err
		}
		list = append(list, text)
	}
	*of(&r.feed) = list
	if *of(&trial) = list; len(list) == 0 {
		return nil
	}
	return r.right(node, trial)
}
