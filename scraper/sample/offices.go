package sample

import (
	"strings"
	"time"
)

// office is one of the newsroom's "Where we are".
type office struct {
	// id is the number that the listing's filter knows it by. Those from 9001
	// up are the sample's own, because the real ones are not known.
	id int
	// name is what rows show, with the mark of an office that was closed.
	name string
	// former is what rows before the year renamed show.
	former  string
	renamed int
	slug    string
	// short stands in titles where the name would be too long for one.
	short string
	// weight is its share of the releases; without one it appears only
	// beside others.
	weight int
	// from and until are its first year and the first one without it; 0 means
	// always and still.
	from, until int
	places      []string
	// topics are what it works on; nil means everything.
	topics []string
}

// on reports whether the office publishes at that time.
func (o office) on(date time.Time) bool {
	return date.Year() >= o.from && (o.until == 0 || date.Year() < o.until)
}

// nameOn is the name that a row of that day shows.
func (o office) nameOn(date time.Time) string {
	if date.Year() < o.renamed {
		return o.former
	}
	return o.name
}

// full is how running text calls the office, to follow "the".
func (o office) full(date time.Time) string {
	name := strings.TrimSuffix(o.nameOn(date), " (closed)")
	if !strings.Contains(name, "OSCE") {
		return "OSCE " + name
	}
	return name
}

// subject is how a title calls the office.
func (o office) subject(date time.Time) string {
	if o.short != "" {
		return o.short
	}
	return o.full(date)
}

var capitals = []string{
	"Vienna", "Warsaw", "The Hague", "Copenhagen", "Helsinki", "Valletta",
	"Geneva", "Málaga", "Łódź", "Kraków", "Zürich", "Lisbon", "Brussels", "Kyiv", "Tbilisi",
}

// unnamed stands for whoever issued a release that the site files under no
// office.
var unnamed = office{name: "OSCE", short: "OSCE", slug: "secretariat", places: capitals}

var (
	threats = []string{"Policing", "Countering terrorism", "Border management", "Cyber/ICT Security"}
	media   = []string{"Media freedom and development", "Safety of journalists", "Media laws", "Media pluralism"}
	economy = []string{
		"Economic activities", "Environmental activities", "Good governance",
		"Climate change", "Water management", "Environmental good governance", "Migration",
	}
	human = []string{
		"Elections", "Human rights", "Democratization", "Tolerance and non-discrimination",
		"Roma and Sinti", "Rule of law", "Gender equality",
	}
	security = []string{
		"Arms control", "Conflict prevention and resolution",
		"Reform and co-operation in the security sector",
	}
)

// offices lists those of the newsroom, with their filter ids.
var offices = []office{
	{id: 9, name: "OSCE Chairpersonship", former: "OSCE Chairmanship", renamed: 2024, slug: "chairpersonship", weight: 5, places: capitals},
	{id: 9001, name: "Troika", slug: "troika", weight: 1, places: capitals, topics: security},
	{id: 9002, name: "Permanent Council", slug: "permanent-council", weight: 1, places: capitals[:1]},
	{id: 16, name: "Forum for Security Co-operation", slug: "forum-for-security-cooperation", weight: 2, places: capitals[:1], topics: security},
	{id: 434, name: "Minsk Group", slug: "minsk-group", places: capitals, topics: security[1:2], until: 2022},
	{id: 9003, name: "Personal Representative of the OSCE Chairperson-in-Office on the conflict dealt with by the OSCE Minsk Conference", slug: "personal-representative", until: 2023},
	{id: 9004, name: "OSCE Secretary General", slug: "secretary-general", weight: 4, places: capitals},
	{id: 19, name: "OSCE Secretariat", slug: "secretariat", weight: 3, places: capitals},
	{id: 9005, name: "Transnational Threats Department", slug: "transnational-threats-department", weight: 7, places: capitals, topics: threats},
	{id: 9006, name: "Office of the Co-ordinator of OSCE Economic and Environmental Activities", short: "OSCE Economic and Environmental Co-ordinator’s Office", slug: "oceea", weight: 5, places: capitals, topics: economy},
	{id: 2338, name: "Office of the Special Representative and Co-ordinator for Combating Trafficking in Human Beings", short: "OSCE anti-trafficking office", slug: "cthb", weight: 3, from: 2004, places: capitals, topics: []string{"Combating trafficking in human beings"}},
	{id: 24, name: "OSCE Office for Democratic Institutions and Human Rights", short: "ODIHR", slug: "odihr", weight: 10, places: capitals, topics: human},
	{id: 27, name: "OSCE Representative on Freedom of the Media", short: "OSCE Media Freedom Representative", slug: "representative-on-freedom-of-media", weight: 6, places: capitals, topics: media},
	{id: 9007, name: "OSCE High Commissioner on National Minorities", slug: "hcnm", weight: 3, places: capitals, topics: []string{"National minority issues", "Education"}},
	{id: 29, name: "OSCE Parliamentary Assembly", slug: "parliamentary-assembly", weight: 3, places: capitals},
	{id: 6, name: "OSCE Presence in Albania", slug: "presence-in-albania", weight: 6, places: []string{"Tirana", "Durrës", "Shkodër", "Gjirokastër", "Korçë", "Vlorë"}},
	{id: 11, name: "OSCE Mission to Bosnia and Herzegovina", slug: "mission-to-bosnia-and-herzegovina", weight: 6, places: []string{"Sarajevo", "Banja Luka", "Mostar", "Bihać", "Brčko", "Goražde"}},
	{id: 12, name: "OSCE Mission in Kosovo", slug: "mission-in-kosovo", weight: 5, places: []string{"Prishtinë/Priština", "Prizren", "Pejë/Peć", "Gjilan/Gnjilane"}},
	{id: 14, name: "OSCE Mission to Montenegro", slug: "mission-to-montenegro", weight: 4, from: 2006, places: []string{"Podgorica", "Nikšić", "Bijelo Polje", "Cetinje", "Ulcinj"}},
	{id: 17, name: "OSCE Mission to Serbia", slug: "mission-to-serbia", weight: 5, from: 2001, places: []string{"Belgrade", "Niš", "Novi Sad", "Kragujevac", "Šabac", "Bujanovac"}},
	{id: 18, name: "OSCE Mission to Skopje", slug: "mission-to-skopje", weight: 4, places: []string{"Skopje", "Tetovo", "Bitola", "Štip", "Ohrid"}},
	{id: 9008, name: "OSCE Mission to Moldova", slug: "mission-to-moldova", weight: 3, places: []string{"Chişinău", "Comrat", "Bălţi", "Tiraspol"}},
	{id: 9009, name: "OSCE Programme Office in Astana", slug: "programme-office-in-astana", weight: 3, places: []string{"Astana", "Almaty", "Karaganda", "Shymkent", "Aktau"}},
	{id: 9010, name: "OSCE Centre in Ashgabat", slug: "centre-in-ashgabat", weight: 4, places: []string{"Ashgabat", "Mary", "Türkmenbaşy", "Daşoguz"}},
	{id: 9011, name: "OSCE Programme Office in Bishkek", slug: "programme-office-in-bishkek", weight: 4, places: []string{"Bishkek", "Osh", "Jalal-Abad", "Karakol"}},
	{id: 40, name: "OSCE Programme Office in Dushanbe", slug: "programme-office-in-dushanbe", weight: 4, places: []string{"Dushanbe", "Khujand", "Khorog", "Bokhtar"}},
	{id: 9012, name: "OSCE Project Co-ordinator in Uzbekistan", slug: "project-coordinator-in-uzbekistan", weight: 4, from: 2000, places: []string{"Tashkent", "Samarkand", "Bukhara", "Nukus"}},
	{id: 9013, name: "Partnerships", slug: "partnerships"},
	{id: 9014, name: "Asian Partners for Co-operation", slug: "asian-partners"},
	{id: 9015, name: "OSCE Main Website", slug: "main-website"},
	{id: 896, name: "OSCE Special Monitoring Mission to Ukraine (closed)", slug: "special-monitoring-mission-to-ukraine", from: 2014, until: 2022, places: []string{"Kyiv", "Kharkiv", "Odesa", "Dnipro"}},
	{id: 9016, name: "OSCE Project Co-ordinator in Ukraine (closed)", slug: "project-coordinator-in-ukraine", weight: 8, until: 2022, places: []string{"Kyiv", "Lviv", "Dnipro", "Odesa", "Kharkiv"}},
	{id: 9017, name: "OSCE Project Co-ordinator in Baku (closed)", slug: "project-coordinator-in-baku", weight: 8, from: 2014, until: 2016, places: []string{"Baku", "Gəncə"}},
	{id: 9018, name: "OSCE Office in Yerevan (closed)", slug: "office-in-yerevan", weight: 8, from: 2000, until: 2017, places: []string{"Yerevan", "Gyumri", "Vanadzor"}},
	{id: 30, name: "OSCE Mission to Georgia (closed)", slug: "mission-to-georgia", weight: 14, until: 2009, places: []string{"Tbilisi", "Kutaisi", "Batumi"}},
	{id: 9019, name: "OSCE Mission to Croatia (closed)", slug: "mission-to-croatia", weight: 14, until: 2008, places: []string{"Zagreb", "Sisak", "Vukovar", "Knin"}},
	{id: 9020, name: "OSCE Assistance Group to Chechnya (closed)", slug: "assistance-group-to-chechnya", weight: 8, until: 2003, places: []string{"Znamenskoye"}},
}

// officeNamed returns the office of that present name; the name must be one of
// the list.
func officeNamed(name string) office {
	for _, o := range offices {
		if o.name == name {
			return o
		}
	}
	panic("sample: no office is named " + name)
}
