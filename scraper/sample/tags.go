package sample

import (
	"slices"
	"time"
)

// The offices that publish series.
const (
	smm                 = "OSCE Special Monitoring Mission to Ukraine (closed)"
	minskGroup          = "Minsk Group"
	mediaRepresentative = "OSCE Representative on Freedom of the Media"
)

// The department is part of the Secretariat; rows name both, in either order.
const (
	threatsDepartment = "Transnational Threats Department"
	secretariat       = "OSCE Secretariat"
)

// issuerOn draws an office that publishes on that day.
func (inv *inventor) issuerOn(date time.Time) office {
	for {
		if o := inv.issuers.draw(); o.on(date) {
			return o
		}
	}
}

// topicOf draws a topic that the office works on.
func (inv *inventor) topicOf(issuer office) topic {
	if issuer.topics != nil {
		return topicNamed(pick(inv.rng, issuer.topics))
	}
	return pick(inv.rng, topics)
}

// officesOn returns the names of the offices that a row of that day shows for
// an issuer: mostly one or two, up to seven, in no particular order.
func (inv *inventor) officesOn(date time.Time, issuer office) []string {
	names := []string{issuer.nameOn(date)}
	if issuer.name == threatsDepartment {
		names = append(names, secretariat)
	}
	want := len(names) + inv.extras.draw()
	for len(names) < want {
		o := pick(inv.rng, offices)
		if name := o.nameOn(date); o.on(date) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return inv.shuffled(names)
}

// topicsWith returns the names of a topic and of a few others beside it.
func (inv *inventor) topicsWith(subject topic) []string {
	names := []string{subject.name}
	want := 1 + inv.extras.draw()
	for len(names) < want {
		if name := pick(inv.rng, topics).name; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return inv.shuffled(names)
}

func (inv *inventor) shuffled(names []string) []string {
	inv.rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	return names
}
