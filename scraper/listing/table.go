package listing

import (
	"strconv"

	"golang.org/x/net/html/atom"
)

// skipped marks the lines of a table's header: they are read, once for all
// rows, by findColumns.
const skipped = -2

// findColumns finds the tables whose header names the labels, and notes for
// each cell below it which field it holds. Cells that name their column in an
// attribute need no header.
func (p *page) findColumns() {
	p.columns = map[int]kind{}
	for e := range p.elems {
		switch p.elems[e].tag {
		case atom.Table:
			p.readTable(e)
		case atom.Td:
			for _, name := range []string{"data-label", "data-title", "data-th"} {
				text, _ := p.attribute(p.elems[e].node, name)
				if m, ok := p.matchLabel(cleanText(text, maxName), 0); ok {
					p.columns[e] = m.kind
				}
			}
		}
	}
}

func (p *page) readTable(table int) {
	var header []kind
	for _, row := range p.rowsOf(table) {
		cells := p.cellsOf(row)
		if header == nil {
			if header = p.header(cells); header != nil {
				p.skip(row)
			}
			continue
		}
		column := 0
		for _, cell := range cells {
			if column < len(header) && header[column] != free {
				p.columns[cell] = header[column]
			}
			column += p.span(cell)
		}
	}
}

// header returns the kind of each column if cells are a header that names a
// date and at least one more column; nil otherwise.
func (p *page) header(cells []int) []kind {
	var header []kind
	dated := false
	for _, cell := range cells {
		text := p.textOf(cell)
		k := free
		if m, ok := p.matchLabel(text, 0); ok && m.value == len(text) {
			k = m.kind
		}
		dated = dated || k == date
		if _, err := p.parseDate(text); err == nil {
			return nil
		}
		for range p.span(cell) {
			header = append(header, k)
		}
	}
	if !dated || len(cells) < 2 {
		return nil
	}
	return header
}

func (p *page) span(cell int) int {
	text, _ := p.attribute(p.elems[cell].node, "colspan")
	n, err := strconv.Atoi(text)
	if err != nil {
		return 1
	}
	return min(max(n, 1), 100)
}

func (p *page) rowsOf(table int) []int {
	return p.below(table, func(a atom.Atom) bool { return a == atom.Tr })
}

func (p *page) cellsOf(row int) []int {
	return p.below(row, func(a atom.Atom) bool { return a == atom.Td || a == atom.Th })
}

// below returns the elements of a sort in e, but none that lie in a table
// within it.
func (p *page) below(e int, sort func(atom.Atom) bool) []int {
	var list []int
	for f := e + 1; f < len(p.elems) && p.elems[f].depth > p.elems[e].depth; f++ {
		if sort(p.elems[f].tag) && p.tableOf(f) == p.tableOf(e+1) {
			list = append(list, f)
		}
	}
	return list
}

func (p *page) tableOf(e int) int {
	for e = p.elems[e].parent; e >= 0 && p.elems[e].tag != atom.Table; {
		e = p.elems[e].parent
	}
	return e
}

func (p *page) skip(row int) {
	for i := p.elems[row].from; i < p.elems[row].to; i++ {
		p.lines[i].elem = skipped
	}
}

// cell returns the labelled cell that line i stands in, -1 if none.
func (p *page) cell(i int) (int, kind) {
	if len(p.columns) == 0 {
		return -1, free
	}
	for e := p.lines[i].elem; e >= 0; e = p.elems[e].parent {
		if k, ok := p.columns[e]; ok {
			return e, k
		}
	}
	return -1, free
}

// cutCell makes a line in a labelled cell a field, or adds it to the field that
// the cell began.
func (p *page) cutCell(i, cell int, k kind) {
	l := &p.lines[i]
	begin := 0
	if m, ok := p.matchLabel(l.text, 0); ok && m.kind == k {
		begin = m.value
	}
	values := p.valuesIn(l, begin, len(l.text))
	if last := len(p.pieces) - 1; last >= 0 && p.pieces[last].kind == k && p.pieces[last].elem == cell {
		p.pieces[last].values = append(p.pieces[last].values, values...)
		p.pieces[last].last = i
		return
	}
	p.pieces = append(p.pieces, piece{kind: k, line: i, to: len(l.text), elem: cell, values: values})
}
