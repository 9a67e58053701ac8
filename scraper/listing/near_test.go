package listing

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNear reads four rows in which words that nobody knows stand where labels
// should.
func TestNear(t *testing.T) {
	const (
		noDate   = `no "Publishing date" or "Issued on"`
		noType   = `no "Content type"`
		noOffice = `no "Where we are" or "Issued by"`
		noTopic  = `no "What we do" or "Fields of work"`
		known    = `<p>Publishing date: %d May 2024`
	)
	for name, tt := range map[string]struct {
		row  string
		want []string
	}{
		"colon":          {`<p>Posted on: %d May 2024`, []string{noDate + `; 4 blocks say "Posted on"`}},
		"own element":    {`<p><b>Posted on</b> %d May 2024`, []string{noDate + `; 4 blocks say "Posted on"`}},
		"own line":       {`<div>Posted on</div><div>%d May 2024</div>`, []string{noDate + `; 4 blocks say "Posted on"`}},
		"one line":       {`<p>From: Troika | Posted: %d May 2024`, []string{noDate + `; 4 blocks say "Posted"`, noOffice + `; 4 blocks say "From"`}},
		"two words":      {`<p>Posted: %[1]d May 2024<p>Seen: %[1]d June 2024`, []string{noDate + `; 4 blocks say "Posted", 4 blocks say "Seen"`}},
		"alone":          {`<p>%d May 2024`, []string{noDate + `; 4 dates stand alone`}},
		"none":           {`<p>Day %d`, []string{noDate + `, and no other words before a date`}},
		"unread":         {`<p>Publishing date: day %d`, []string{}},
		"other labels":   {known + `<p>Kind: News<p>Office: Troika, Minsk Group<p>Topics: Policing`, []string{noType + `; 4 blocks say "Kind"`, noOffice + `; 4 blocks say "Office"`, noTopic + `; 4 blocks say "Topics"`}},
		"unknown values": {known + `<p>Place: Ruritania<p>Content type: News`, []string{`4 blocks say "Place", which is no label`}},
		"nothing to say": {known + `<p>Content type: News`, nil},
		"all there":      {known + `<p>Content type: News<p>Where we are: Troika<p>What we do: Policing<p>Photo: OSCE`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var rows strings.Builder
			for i := range 4 {
				fmt.Fprintf(&rows, `<li><h3><a href="/odihr/%d">Title of a release</a></h3>`, i)
				fmt.Fprintf(&rows, tt.row+"</li>", i+1)
			}
			near := readAt(t, "https://www.osce.org/press-releases", `<ul>`+rows.String()+`</ul>`).Near
			if strings.Join(tt.want, "\n") != strings.Join(near, "\n") {
				t.Errorf("near misses (-want +got):\n%s", cmp.Diff(tt.want, near))
			}
		})
	}
	t.Run("table", func(t *testing.T) {
		rows := "<tr><th>Title<th>Posted on"
		for i := range 4 {
			rows += fmt.Sprintf(`<tr><td><a href="/odihr/%d">Title of a release</a><td>%d May 2024`, i, i+1)
		}
		near := readAt(t, "https://www.osce.org/press-releases", "<table>"+rows+"</table>").Near
		if diff := cmp.Diff([]string{noDate + `; 4 blocks say "Posted on"`}, near); diff != "" {
			t.Errorf("near misses (-want +got):\n%s", diff)
		}
	})
}
