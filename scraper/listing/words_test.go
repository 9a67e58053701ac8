package listing

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"communique/store"
)

func TestSplit(t *testing.T) {
	w := newWords(osce(t))
	for name, tt := range map[string]struct {
		kind kind
		text string
		want []string
	}{
		"one":                {office, "OSCE Mission to Serbia", []string{"OSCE Mission to Serbia"}},
		"two in one value":   {office, "Transnational Threats Department, OSCE Secretariat", []string{"Transnational Threats Department", "OSCE Secretariat"}},
		"holds and":          {office, "OSCE Mission to Bosnia and Herzegovina, Troika", []string{"OSCE Mission to Bosnia and Herzegovina", "Troika"}},
		"holds a slash":      {office, "OSCE Kosovo Verification Mission / OSCE Task Force for Kosovo; Troika", []string{"OSCE Kosovo Verification Mission / OSCE Task Force for Kosovo", "Troika"}},
		"closed":             {office, "OSCE Mission to Georgia (closed), OSCE Office in Yerevan (CLOSED)", []string{"OSCE Mission to Georgia (closed)", "OSCE Office in Yerevan (CLOSED)"}},
		"unknown":            {office, "OSCE Mission to Ruritania, OSCE Centre in Samarkand", []string{"OSCE Mission to Ruritania", "OSCE Centre in Samarkand"}},
		"longer than known":  {topic, "Elections abroad, Youth", []string{"Elections abroad", "Youth"}},
		"semicolons":         {topic, "Youth; Rule of law;Policing", []string{"Youth", "Rule of law", "Policing"}},
		"bars and dots":      {topic, "Youth | Policing · Elections • Migration", []string{"Youth", "Policing", "Elections", "Migration"}},
		"other case":         {topic, "YOUTH, rule of law", []string{"YOUTH", "rule of law"}},
		"nothing":            {topic, " – ", nil},
		"separators at ends": {topic, ", Youth, ", []string{"Youth"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, w.split(tt.kind, tt.text)); diff != "" {
				t.Errorf("split(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestTag(t *testing.T) {
	w := newWords(osce(t))
	for _, tt := range []struct {
		kind  kind
		shown string
		want  store.Tag
	}{
		{office, "OSCE Mission to Serbia", store.Tag{Name: "OSCE Mission to Serbia"}},
		{office, "OSCE MISSION TO SERBIA", store.Tag{Name: "OSCE Mission to Serbia"}},
		{office, "OSCE Chairmanship", store.Tag{Name: "OSCE Chairpersonship"}},
		{office, "OSCE Mission to Georgia (closed)", store.Tag{Name: "OSCE Mission to Georgia", Closed: true}},
		{office, "OSCE Mission to Georgia (Discontinued)", store.Tag{Name: "OSCE Mission to Georgia", Closed: true}},
		{office, "Mission to Ruritania (closed)", store.Tag{Name: "Mission to Ruritania", Closed: true}},
		{office, "(closed)", store.Tag{Name: "(closed)"}},
		{topic, "Combating human trafficking", store.Tag{Name: "Combating trafficking in human beings"}},
		{category, "news item", store.Tag{Name: "News"}},
	} {
		if got := w.tag(tt.kind, tt.shown); got != tt.want {
			t.Errorf("tag(%q) = %+v, want %+v", tt.shown, got, tt.want)
		}
	}
}

func TestMatchLabel(t *testing.T) {
	w := newWords(osce(t))
	for _, tt := range []struct {
		text     string
		ok       bool
		kind     kind
		hasColon bool
		value    string
	}{
		{"Publishing date: 3 May 2024", true, date, true, "3 May 2024"},
		{"PUBLISHING DATE : 3 May 2024", true, date, true, "3 May 2024"},
		{"Issued on 3 May 2024", true, date, false, "3 May 2024"},
		{"where we are：Troika", true, office, true, "Troika"},
		{"Fields of work", true, topic, false, ""},
		{"Content types: News", false, 0, false, ""},
		{"Publishing dates", false, 0, false, ""},
		{"Publishing date’s end", false, 0, false, ""},
		{"Our publishing date", false, 0, false, ""},
		{"", false, 0, false, ""},
	} {
		m, ok := w.matchLabel(tt.text, 0)
		if ok != tt.ok || ok && (m.kind != tt.kind || m.hasColon != tt.hasColon || tt.text[m.value:] != tt.value) {
			t.Errorf("matchLabel(%q) = %+v, %v", tt.text, m, ok)
		}
	}
}

func TestParseDate(t *testing.T) {
	w := newWords(osce(t))
	for text, want := range map[string]string{
		"16 December 2024":           "2024-12-16",
		"1 May 2024":                 "2024-05-01",
		"01 MAY 2024":                "2024-05-01",
		"Monday, 16 December 2024":   "2024-12-16",
		"December 16, 2024":          "2024-12-16",
		"16.12.2024":                 "2024-12-16",
		"2024-12-16":                 "2024-12-16",
		" 16 December 2024 |":        "2024-12-16",
		"6 December, 2024":           "2024-12-06",
		"Mon 16 Dec 2024":            "2024-12-16",
		"Dec 16, 2024":               "2024-12-16",
		"6.12.2024":                  "2024-12-06",
		"6/12/2024":                  "2024-12-06",
		"12/16/2024":                 "",
		"16 December 2024 - 09:30":   "2024-12-16",
		"16 December 2024 at 9:30":   "2024-12-16",
		"31 February 2024":           "",
		"29 February 2023":           "",
		"16 December":                "",
		"16 December 2024 in Vienna": "",
		"yesterday":                  "",
		"":                           "",
	} {
		if day, err := w.parseDate(text); day.String() != want || (err == nil) != (want != "") {
			t.Errorf("parseDate(%q) = %v, %v; want %q", text, day, err, want)
		}
	}
}

func TestIsName(t *testing.T) {
	for text, want := range map[string]bool{
		"OSCE Mission to Ruritania": true,
		"e-Governance":              true,
		"Space and peace":           true,
		"3D printing":               true,
		"Управление водными ресурсами":      true,
		"that is what archivists discussed": false,
		"Archivists met. They discussed":    false,
		"Archivists met.":                   false,
		"We listen to what people in the regions of the country have to say about it every day": false,
	} {
		if got := isName(text, false); got != want {
			t.Errorf("isName(%q) = %v", text, got)
		}
	}
}

func TestIsProse(t *testing.T) {
	p := &page{words: newWords(osce(t))}
	for text, want := range map[string]bool{
		"Policing, water diplomacy":                                   false,
		"Human rights, climate-smart agriculture, Policing":           false,
		"Women, peace and security":                                   false,
		"Space exploration, Deep sea":                                 false,
		"topic one, Policing":                                         false,
		strings.Repeat("x", 300):                                      false,
		strings.Repeat("X", 300):                                      false,
		"the mission trains police, judges and many others":           true,
		"Policing, and how the mission has supported it for years on": true,
		"Policing, Human rights, and more.":                           true,
	} {
		if got := p.isProse(topic, text); got != want {
			t.Errorf("isProse(%q) = %v", text, got)
		}
	}
}
