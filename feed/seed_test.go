package feed

import (
	"path/filepath"
	"testing"
	"time"

	"communique/store"
)

// osce is what the feeds of the tests say of their newsroom.
func osce() Newsroom {
	return Newsroom{
		Name:     "osce",
		Title:    "OSCE",
		Home:     "https://www.osce.org/press-releases",
		Language: "en",
		IDPrefix: "tag:osce.org,1999:",
		Interval: 15 * time.Minute,
	}
}

const base = "https://feeds.example.org"

// newStore returns an empty store of the newsroom.
func newStore(t testing.TB) *store.Newsroom {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "communique.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	newsroom, err := db.Newsroom("osce")
	if err != nil {
		t.Fatal(err)
	}
	return newsroom
}

// put stores releases, newest first, as one page of the listing.
func put(t testing.TB, in *store.Newsroom, releases ...store.Release) {
	t.Helper()
	seen := time.Date(2024, time.December, 17, 8, 30, 0, 0, time.UTC)
	if _, err := in.Put(store.Page{Releases: releases, Seen: seen, Run: 1}); err != nil {
		t.Fatal(err)
	}
}

// newPress returns a press for one store with the usual limits.
func newPress(t testing.TB, from *store.Newsroom) *Press {
	t.Helper()
	press, err := NewPress(base, DefaultLimits(), Room{Newsroom: osce(), Store: from})
	if err != nil {
		t.Fatal(err)
	}
	return press
}

// newRelease returns a release that the store takes.
func newRelease(key, title, summary string, day store.Day) store.Release {
	return store.Release{
		ID: "tag:osce.org,1999:" + key, Key: key, URL: "https://www.osce.org/node/" + key,
		Title: title, Summary: summary, Day: day, Published: day.Noon(),
	}
}

func tags(names ...string) []store.Tag {
	var list []store.Tag
	for _, name := range names {
		list = append(list, store.Tag{Name: name})
	}
	return list
}

// seed returns the seven releases of the seed listing, newest first. Two of
// them show a date and nothing else.
func seed() []store.Release {
	december := func(day int) store.Day { return store.Day{Year: 2024, Month: time.December, Day: day} }
	news := store.Tag{Name: "News"}
	threats := tags("Transnational Threats Department", "OSCE Secretariat")
	list := []store.Release{
		newRelease("583210", "OSCE Presence in Albania hosts peer exchange on cryptocurrency money laundering investigations for Albanian prosecutors and investigators",
			"On 16 December 2024, the OSCE Presence in Albania facilitated a peer exchange meeting at the Italian Embassy in Tirana, focusing on financial investigations related to money laundering through cryptocurrencies. This event was designed to foster the exchange of experiences and best practices between", december(16)),
		newRelease("583198", "OSCE trains police cadets to strengthen criminal justice responses to gender-based violence in Banja Luka",
			"From 9 to 12 December, the OSCE Transnational Threats Department, the OSCE Mission to Bosnia and Herzegovina and the Police Academy in Banja Luka conducted four one-day basic training courses for police cadets on gender-based violence (GBV) in Banja Luka. The training sessions were delivered by national police officers, a prosecutor, a judge, a psychologist and other local experts.", december(16)),
		newRelease("583153", "Challenges and opportunities in the field of migration diplomacy in focus at OSCE workshop",
			"Migration is becoming an increasingly important area of diplomatic relations. Recently, the adoption of bilateral and multilateral agreements of migration governance has intensified globally, and references to migration diplomacy have recurred systematically in political and public debates.", december(13)),
		newRelease("583147", "OSCE trains Pool of Young Experts in the peace and security field",
			"From 11 to 13 December, the OSCE brought together 27 members of the OSCE Pool of Young Experts (18 women and 9 men) in Vienna for an in-person training course focusing on professional competences in the field of peace and security.", december(13)),
		newRelease("583141", "OSCE supports Ukraine in preventing and combating illicit trafficking of weapons, ammunition and explosives",
			"On 11 December, over 100 representatives of Ukrainian authorities, international organizations, diplomatic missions and civil society participated in the Second National Conference on Preventing and Combating Illicit Trafficking of Weapons, Ammunition and Explosives (WAE) in Kyiv.", december(13)),
		newRelease("583092", "OSCE builds Uzbekistan’s capacity in requesting electronic evidence across borders",
			"On 4 December, the OSCE Transnational Threats Department, in co-operation with the OSCE Project Co-ordinator in Uzbekistan, hosted the second expert-level meeting on requesting electronic evidence across borders in Tashkent.", december(12)),
		newRelease("583086", "OSCE regional workshop in Central Asia focuses on competency frameworks and training strategies on combating cybercrime and dealing with electronic evidence",
			"On 5 and 6 December in Tashkent, the OSCE Transnational Threats Department (TNTD) held a Central Asia regional workshop on developing strategic and structured approaches to the training and education of police officers and prosecutors working on cybercrime and electronic evidence.", december(12)),
	}
	file := func(i int, offices, topics []store.Tag) {
		list[i].Type, list[i].Offices, list[i].Topics = news, offices, topics
	}
	file(0, tags("OSCE Presence in Albania", "Transnational Threats Department"), nil)
	file(1, threats, tags("Policing"))
	file(2, nil, tags("Economic activities"))
	file(5, threats, tags("Countering terrorism"))
	file(6, threats, tags("Policing"))
	return list
}
