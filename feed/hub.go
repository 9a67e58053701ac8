package feed

// hub returns the hub that is told when the document changes, "" if none is: an
// archive document seldom does, and which combined feeds there are nobody lists.
func (e edition) hub() string {
	if e.archive.name != "" || !e.listed() {
		return ""
	}
	return e.Newsroom.Hub
}

// listed reports whether the feed is one of Catalogue.
func (f Feed) listed() bool { return f.archived() || f.Saved() }

// Topics returns the paths of all documents that name a hub, in the order of
// Catalogue. They are what a publisher tells the hub of (WebSub, section 5).
func (p *Press) Topics() ([]string, error) {
	feeds, err := p.Catalogue()
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, f := range feeds {
		if f.Newsroom.Hub == "" {
			continue
		}
		for _, form := range formats() {
			paths = append(paths, f.Path()+form.suffix)
		}
	}
	return paths, nil
}
