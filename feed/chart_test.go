package feed

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestChart(t *testing.T) {
	if newChart(nil) != nil {
		t.Error("nothing is drawn as something")
	}
	got := newChart([]Month{{2026, time.February, 1}, {2025, time.March, 96}, {2025, time.December, 48}, {2026, time.January, 0}})
	want := &chart{
		Width: 48, Height: 48,
		Bars:    "M25 48v-48M43 48v-24M47 48v-1",
		Years:   []chartYear{{2025, "43.8%"}, {2026, "93.8%"}},
		Text:    "Chart of releases by month. By year: 2025: 144, 2026: 1",
		Caption: "Releases by month, March 2025 to February 2026. Most in a month: 96 in March 2025.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestChartYears names few years below a long chart.
func TestChartYears(t *testing.T) {
	c := newChart([]Month{{1993, time.March, 1}, {2026, time.November, 1}})
	var years []int
	for _, year := range c.Years {
		years = append(years, year.Year)
	}
	if diff := cmp.Diff([]int{1995, 2000, 2005, 2010, 2015, 2020, 2025}, years); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c.Width != 2*(33*12+9) {
		t.Errorf("%d units are drawn", c.Width)
	}
}
