package listing

import "golang.org/x/net/html/atom"

// nature is what HTML's rules of tree construction ask about an element, and
// what a person sees of it, one bit for each question.
type nature uint32

const (
	special   nature = 1 << iota // no formatting goes on beyond its end
	bounding                     // ends every scope but that of a table
	enlisting                    // ends the scope of an item of a list
	pushed                       // ends the scope of a paragraph
	tabling                      // ends the scope of a table
	fostering                    // lets no text stand in it, but before its table
	implied                      // needs no end tag where another ends
	boxing                       // ends a paragraph where it begins
	closing                      // its end tag ends all that needs none
	leading                      // belongs into the head, and is read alike elsewhere
	raw                          // holds text and no elements
	empty                        // has no end tag
	stray                        // is nothing outside of a table
	section                      // holds rows
	cell
	item
	heading
	formatting
	breakout // ends a drawing or formula
	unseen   // controls, menus and data
	inline   // does not begin a line
	chrome   // by its nature beside what the page is about
)

// naturesOf is a table of elements, each in the first free place from that of
// its hash.
type naturesOf [1 << placeBits]struct {
	tag    atom.Atom
	nature nature
}

const placeBits = 9

func (n *naturesOf) place(tag atom.Atom) uint32 {
	i := uint32(tag) * 0x9E3779B1 >> (32 - placeBits)
	for n[i].tag != tag && n[i].tag != 0 {
		i = (i + 1) % (1 << placeBits)
	}
	return i
}

// of returns the nature of an element.
func (n *naturesOf) of(tag atom.Atom) nature { return n[n.place(tag)].nature }

// natures are those of HTML's elements. An element that HTML does not know has
// none; it begins a line: authors use them as boxes.
var natures = func() *naturesOf {
	all := new(naturesOf)
	for _, group := range []struct {
		nature nature
		atoms  []atom.Atom
	}{
		{special | boxing | closing, []atom.Atom{
			atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Center, atom.Details, atom.Dir, atom.Div,
			atom.Dl, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Header, atom.Hgroup, atom.Listing,
			atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.Pre, atom.Section, atom.Summary, atom.Ul,
		}},
		{boxing | closing, []atom.Atom{atom.Dialog, atom.Search}},
		{special | boxing, []atom.Atom{atom.P, atom.Plaintext}},
		{special | closing, []atom.Atom{atom.Button, atom.Select}},
		{special | heading, []atom.Atom{atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6}},
		{special | item | implied, []atom.Atom{atom.Dd, atom.Dt, atom.Li}},
		{implied, []atom.Atom{atom.P, atom.Optgroup, atom.Option, atom.Rb, atom.Rp, atom.Rt, atom.Rtc}},
		{special | leading, []atom.Atom{
			atom.Base, atom.Basefont, atom.Bgsound, atom.Link, atom.Meta, atom.Noframes, atom.Script, atom.Style,
			atom.Template, atom.Title,
		}},
		{special | empty, []atom.Atom{
			atom.Area, atom.Br, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Keygen, atom.Param, atom.Source,
			atom.Track, atom.Wbr,
		}},
		{special | raw, []atom.Atom{
			atom.Iframe, atom.Noembed, atom.Noframes, atom.Noscript, atom.Script, atom.Style, atom.Textarea, atom.Title,
			atom.Xmp,
		}},
		{special | stray, []atom.Atom{
			atom.Caption, atom.Col, atom.Colgroup, atom.Frame, atom.Frameset, atom.Head, atom.Tbody, atom.Td, atom.Tfoot,
			atom.Th, atom.Thead, atom.Tr, atom.Html, atom.Body,
		}},
		{special, []atom.Atom{atom.Applet, atom.Form, atom.Marquee, atom.Object, atom.Table}},
		{formatting, []atom.Atom{
			atom.A, atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small, atom.Strike,
			atom.Strong, atom.Tt, atom.U,
		}},
		{bounding, []atom.Atom{
			atom.Applet, atom.Caption, atom.Html, atom.Table, atom.Td, atom.Th, atom.Marquee, atom.Object, atom.Template,
			atom.Select,
		}},
		{tabling, []atom.Atom{atom.Html, atom.Table, atom.Template}},
		{enlisting, []atom.Atom{atom.Ol, atom.Ul}},
		{pushed, []atom.Atom{atom.Button}},
		{fostering, []atom.Atom{atom.Table, atom.Tbody, atom.Tfoot, atom.Thead, atom.Tr}},
		{section, []atom.Atom{atom.Tbody, atom.Tfoot, atom.Thead}},
		{cell, []atom.Atom{atom.Td, atom.Th}},
		{breakout, []atom.Atom{
			atom.B, atom.Big, atom.Blockquote, atom.Body, atom.Br, atom.Center, atom.Code, atom.Dd, atom.Div, atom.Dl,
			atom.Dt, atom.Em, atom.Embed, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Head, atom.Hr,
			atom.I, atom.Img, atom.Li, atom.Listing, atom.Menu, atom.Meta, atom.Nobr, atom.Ol, atom.P, atom.Pre,
			atom.Ruby, atom.S, atom.Small, atom.Span, atom.Strong, atom.Strike, atom.Sub, atom.Sup, atom.Table, atom.Tt,
			atom.U, atom.Ul, atom.Var,
		}},
		{unseen, []atom.Atom{
			atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Svg, atom.Math, atom.Iframe, atom.Object,
			atom.Select, atom.Option, atom.Textarea, atom.Input, atom.Button, atom.Head, atom.Nav, atom.Dialog,
		}},
		{inline, []atom.Atom{
			atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Cite, atom.Code, atom.Data, atom.Del, atom.Dfn,
			atom.Em, atom.Font, atom.I, atom.Img, atom.Ins, atom.Kbd, atom.Label, atom.Mark, atom.Picture, atom.Q,
			atom.S, atom.Samp, atom.Small, atom.Span, atom.Strike, atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.Tt,
			atom.U, atom.Var, atom.Wbr,
		}},
		{chrome, []atom.Atom{atom.Aside, atom.Footer, atom.Header}},
	} {
		for _, a := range group.atoms {
			e := &all[all.place(a)]
			e.tag, e.nature = a, e.nature|group.nature
		}
	}
	return all
}()
