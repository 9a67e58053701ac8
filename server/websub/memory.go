package websub

import (
	"encoding/json"
)

// note is the name under which the memory keeps what the hub was told: a JSON
// object of versions and tags by the topics' paths.
const note = "websub"

// recall loads what the hub was told. What can't be read is forgotten: topics
// then count as never seen, and nothing is published before they change.
func (p *Publisher) recall() {
	kept, err := p.memory.Note(note)
	if err == nil && kept != nil {
		err = json.Unmarshal(kept, &p.told)
	}
	if err != nil {
		p.told = nil
		p.log.Warn("reading what the hub was told; what changed meanwhile is not published", "error", err)
	}
}

// remember keeps what the hub was told. If that fails, the hub may be told
// something twice after a restart, which does no harm.
func (p *Publisher) remember() {
	kept, err := json.Marshal(p.told)
	if err == nil {
		err = p.memory.PutNote(note, kept)
	}
	if err != nil {
		p.log.Warn("remembering what the hub was told", "error", err)
	}
}
