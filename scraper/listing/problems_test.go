package listing

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestProblems reads pages with something that can't be a release, and compares
// what is told of them.
func TestProblems(t *testing.T) {
	const sound = `<li><h3><a href="/odihr/5">Sound</a></h3><p>Publishing date: 3 May 2024</p></li>`
	for name, tt := range map[string]struct {
		body     string
		keys     string
		problems []string
	}{
		"none":                  {sound, "5", nil},
		"nothing":               {``, "", []string{`no release on this page: 0 labels of a date (["Publishing date" "Issued on"]), 0 links to releases`}},
		"a login page":          {`<title>Log in | Newsroom</title><form>`, "", []string{`no release on this page: 0 labels of a date (["Publishing date" "Issued on"]), 0 links to releases; the page calls itself "Log in | Newsroom"`}},
		"no dates":              {`<a href="/odihr/5">Title</a><p>Posted: 3 May 2024`, "", []string{`no release on this page: 0 labels of a date (["Publishing date" "Issued on"]), 1 links to releases`}},
		"impossible date":       {sound + `<li><h3><a href="/odihr/6">Other</a></h3><p>Publishing date: 31 February 2024</p></li>`, "5", []string{`row 2 ("Other"): date "31 February 2024" can't be read`}},
		"other language":        {sound + `<li><h3><a href="/odihr/6">Other</a></h3><p>Publishing date: 3 mai 2024</p></li>`, "5", []string{`row 2 ("Other"): date "3 mai 2024" can't be read`}},
		"no year":               {sound + `<li><h3><a href="/odihr/6">Other</a></h3><p>Publishing date: 1 May 0001</p></li>`, "5", []string{`row 2 ("Other"): date "1 May 0001" can't be read`}},
		"31st in the attribute": {sound + `<li><h3><a href="/odihr/6">Other</a></h3><p>Publishing date: <time datetime="2024-02-31">today</time></p></li>`, "5", []string{`row 2 ("Other"): date "today" can't be read`}},
		"relative date":         {sound + `<li><h3><a href="/odihr/6">Other</a></h3><p>Publishing date: 2 days ago</p></li>`, "5", []string{`row 2 ("Other"): date "2 days ago" can't be read`}},
		"no day":                {sound + `<li><h3><a href="/odihr/6">Other</a></h3><p>Publishing date: May 2024</p></li>`, "5", []string{`row 2 ("Other"): date "May 2024" can't be read`}},
		"year too short":        {sound + `<li><h3><a href="/odihr/6">Other</a></h3><p>Publishing date: 3 May 24</p></li>`, "5", []string{`row 2 ("Other"): date "3 May 24" can't be read`}},
		"far ahead":             {sound + `<li><h3><a href="/odihr/6">Other</a></h3><p>Publishing date: 3 May 2206</p></li>`, "5", []string{`row 2 ("Other"): the date 3 May 2206 lies more than a year ahead`}},
		"a year ahead":          {sound + `<li><h3><a href="/odihr/6">Other</a></h3><p>Publishing date: 1 March 2027</p></li>`, "5 6", nil},
		"a day more":            {sound + `<li><h3><a href="/odihr/6">Other</a></h3><p>Publishing date: 2 March 2027</p></li>`, "5", []string{`row 2 ("Other"): the date 2 March 2027 lies more than a year ahead`}},
		"no link":               {sound + `<li><h3>Other</h3><p>Publishing date: 2 May 2024</p></li>`, "5", []string{`row 2 (""): no link to a release of www.osce.org`}},
		"no words":              {sound + `<li><a href="/odihr/6"><img src="/i.jpg"></a><p>Publishing date: 2 May 2024</p></li>`, "5", []string{`row 2 (""): no title`}},
		"image only":            {`<li><a href="/odihr/6"><img src="/i.jpg"></a><p>Publishing date: 2 May 2024</p><h3>Other</h3></li>`, "6", nil},
		"twice":                 {sound + sound, "5", nil},
		"later":                 {sound + `<li><h3><a href="/odihr/6">Other</a></h3><p>Publishing date: <time datetime="2024-05-02T10:00:00Z">yesterday</time></p></li>`, "5 6", nil},
	} {
		t.Run(name, func(t *testing.T) {
			reader := New(osce(t))
			page, err := reader.Read([]byte("<ul>"+tt.body), reader.source.First(), seen)
			if err != nil {
				t.Fatal(err)
			}
			var keys []string
			for _, r := range page.Releases {
				keys = append(keys, r.Key)
			}
			if got := strings.Join(keys, " "); got != tt.keys {
				t.Errorf("keys %q, want %q", got, tt.keys)
			}
			if rows := len(tt.problems); len(page.Releases) > 0 && page.Unread != rows {
				t.Errorf("%d rows unread, want %d", page.Unread, rows)
			}
			if diff := cmp.Diff(tt.problems, page.Problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
