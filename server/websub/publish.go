package websub

import (
	"context"
	"errors"
	"maps"
)

// publish tells the hub of each topic whose bytes it does not know, and
// remembers what it then knows.
func (p *Publisher) publish(ctx context.Context) {
	before := maps.Clone(p.told)
	waiting, err := p.compare(ctx)
	if err != nil {
		p.log.Error("looking for feeds to publish", "error", err)
		return
	}
	p.announce(ctx, waiting)
	if !maps.EqualFunc(before, p.told, edition.same) {
		p.remember()
	}
}

// same reports whether the bytes are the same. Versions that moved alone, as
// each page of a backfill moves them, are not worth being remembered.
func (e edition) same(other edition) bool { return e.Tag == other.Tag }

// topic is one that the hub has to be told of.
type topic struct {
	path string
	edition
}

// compare returns the topics whose bytes changed since the hub was told of
// them. One that was never seen before has no subscribers yet: it is taken as
// it is.
func (p *Publisher) compare(ctx context.Context) ([]topic, error) {
	paths, err := p.site.Topics()
	if err != nil {
		return nil, err
	}
	var waiting []topic
	told := make(map[string]edition, len(paths))
	for _, path := range paths {
		if ctx.Err() != nil {
			return nil, nil
		}
		known, seen := p.told[path]
		now, err := p.look(path, known)
		switch {
		case err != nil && !seen: // it is looked at again next time
		case err != nil:
			told[path] = known
		case !seen, now.same(known):
			told[path] = now
		default:
			told[path] = known
			waiting = append(waiting, topic{path, now})
		}
	}
	p.told = told
	return waiting, nil
}

// look returns the present edition of a topic, with its bytes made public. An
// error was logged by the site, or means that the topic has just gone.
func (p *Publisher) look(path string, known edition) (edition, error) {
	version, err := p.site.VersionOf(path)
	if err != nil || version == known.Version && known.Tag != "" {
		return known, err
	}
	version, tag, err := p.site.Current(path)
	return edition{version, tag}, err
}

// announce tells the hub of topics, one after another, until it does not
// answer: the others then wait for the next change.
func (p *Publisher) announce(ctx context.Context, waiting []topic) {
	for i, topic := range waiting {
		err := p.hub.tell(ctx, p.base+topic.path)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			p.tellUp()
		case errors.Is(err, errRefused):
			p.log.Warn("the hub refuses a feed", "hub", p.hub.name, "path", topic.path, "error", err)
		default:
			p.tellDown(len(waiting)-i, err)
			return
		}
		p.told[topic.path] = topic.edition
	}
}

// tellDown logs that the hub does not answer, once until it does again.
func (p *Publisher) tellDown(waiting int, err error) {
	if !p.down {
		p.log.Error("the hub is down; it is tried again at the next change", "hub", p.hub.name, "unpublished", waiting, "error", err)
	}
	p.down = true
}

func (p *Publisher) tellUp() {
	if p.down {
		p.log.Info("the hub is up again", "hub", p.hub.name)
	}
	p.down = false
}
