package feed

// pages lists the forms of documents for people; each feed has one of each.
func pages() []pageForm { return []pageForm{{pageSuffix, pageType, writePage}} }

// pageForm is a form of document that shows what is known about a feed.
type pageForm struct {
	suffix, mediaType string
	write             func(base string, d Detail) ([]byte, error)
}

// sections finds the documents below a newsroom that are of no feed, by the
// first segment of their path. What finds them is given the rest of the path
// with its suffix.
func sections() map[string]func(p *Press, r room, rest string) (printable, error) {
	return map[string]func(p *Press, r room, rest string) (printable, error){releasesFolder: findRelease}
}
