package feed

import (
	"fmt"
	"slices"
	"strings"
)

// The measures of a chart, in units of its drawing.
const (
	chartHeight  = 48
	chartSlot    = 2  // the width of a month
	fewestMonths = 24 // that a chart shows, so that a young feed has no bars like walls
	mostYears    = 7  // that are named below a chart
)

// chart draws the releases of each month as bars, from the first month to the
// newest one.
type chart struct {
	Width, Height int
	// Bars is the path of the bars, Years the names below them.
	Bars  string
	Years []chartYear
	// Text tells the same in words: the releases of each year. Caption says
	// what is to be seen.
	Text, Caption string
}

// chartYear is the name of a year below its January; At is a share of the
// chart's width.
type chartYear struct {
	Year int
	At   string
}

// newChart draws months in any order, nil if there is none.
func newChart(months []Month) *chart {
	if len(months) == 0 {
		return nil
	}
	months = slices.Clone(months)
	slices.SortFunc(months, func(a, b Month) int { return a.number() - b.number() })
	last := months[len(months)-1].number()
	first := min(months[0].number(), last-fewestMonths+1)
	c := &chart{Width: (last - first + 1) * chartSlot, Height: chartHeight}
	c.draw(months, first)
	c.name(first, last)
	c.tell(months)
	return c
}

// number counts months from the year 0.
func (m Month) number() int { return m.Year*12 + int(m.Month) - 1 }

func (m Month) String() string { return fmt.Sprintf("%s %d", m.Month, m.Year) }

// busiest returns the month of the most releases, the newest if there are two.
func busiest(months []Month) Month {
	return slices.MaxFunc(months, func(a, b Month) int {
		if a.Releases != b.Releases {
			return a.Releases - b.Releases
		}
		return a.number() - b.number()
	})
}

func (c *chart) draw(months []Month, first int) {
	most := busiest(months).Releases
	var bars strings.Builder
	for _, m := range months {
		if m.Releases < 1 {
			continue
		}
		x := (m.number()-first)*chartSlot + chartSlot/2
		height := max(1, (m.Releases*chartHeight+most/2)/most)
		fmt.Fprintf(&bars, "M%d %dv-%d", x, chartHeight, height)
	}
	c.Bars = bars.String()
}

// name puts years below the bars: as many as have room, away from the edges.
func (c *chart) name(first, last int) {
	step := 1
	for _, wider := range []int{2, 5, 10, 20, 50, 100} {
		if (last-first)/12 > step*mostYears {
			step = wider
		}
	}
	for year := first / 12; year*12 <= last; year++ {
		at := (float64(year*12-first) + 0.5) / float64(last-first+1)
		if year%step == 0 && at > 0.03 && at < 0.97 {
			c.Years = append(c.Years, chartYear{year, fmt.Sprintf("%.1f%%", 100*at)})
		}
	}
}

func (c *chart) tell(months []Month) {
	from, to, most := months[0], months[len(months)-1], busiest(months)
	span := from.String()
	if from != to {
		span += " to " + to.String()
	}
	c.Caption = fmt.Sprintf("Releases by month, %s. Most in a month: %s in %s.", span, grouped(most.Releases), most)
	var years []string
	for i := 0; i < len(months); {
		year, sum := months[i].Year, 0
		for ; i < len(months) && months[i].Year == year; i++ {
			sum += months[i].Releases
		}
		years = append(years, fmt.Sprintf("%d: %s", year, grouped(sum)))
	}
	c.Text = "Chart of releases by month. By year: " + strings.Join(years, ", ")
}
