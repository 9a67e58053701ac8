package sample

// The sentences that releases are made of. Words in braces are filled in:
// {subject} as a title calls the office, {office} as running text does,
// {matter} and {audience} from the topic, {Matter} and {Audience} the same at
// the head of a sentence, {place}, {PLACE}, {other} (a place), {on} and {from}
// (days), {date} (a day with its year), {many}, {some}, {lots} (numbers), {year}.

// The types of releases.
const (
	news        = "News"
	release     = "Press release"
	statement   = "Press statement"
	dailyReport = "Daily report"
	spotReport  = "Spot report"
)

var titles = map[string][]string{
	news: {
		"{subject} trains {audience} on {matter}",
		"{subject} trains {audience} from {place} on {matter}",
		"{subject} hosts workshop on {matter} in {place}",
		"{Audience} exchange experience on {matter} with OSCE support",
		"{Audience} from {place} and {other} share practice on {matter}",
		"{Matter} in focus at OSCE event in {place}",
		"{subject} supports regional dialogue on {matter}",
		"{subject} launches guide on {matter} for {audience}",
		"{subject} organizes study visit on {matter} for {audience}",
		"Round table in {place} discusses {matter}",
		"{subject} helps {audience} advance work on {matter}",
		"Advanced course on {matter} for {audience} concludes in {place}",
		"With OSCE support, {audience} review practice on {matter}",
		"{subject} presents new study on {matter} in {place}",
		"“Learning from one another”: {audience} discuss {matter} in {place}",
		"{Matter} – {subject} and {audience} take stock",
		"{subject} concludes series of seminars on {matter}",
		"Challenges and opportunities of work on {matter} in focus in {place}",
		"{subject} and {audience} open ‘living library’ on {matter} in {place}",
	},
	release: {
		"{subject} calls for greater attention to {matter}",
		"{subject} welcomes progress on {matter} in {place}",
		"{subject} and partners sign agreement on {matter}",
		"High-level conference on {matter} opens in {place}",
		"{subject} publishes recommendations on {matter}",
		"{subject} to hold public debate on {matter} in {place}",
		"Participating States discuss {matter} at meeting in {place}",
		"{subject}: time to act on {matter}",
	},
	statement: {
		"Statement by {subject} on {matter}",
		"{subject} regrets setbacks on {matter}",
		"Joint statement on {matter} adopted in {place}",
		"{subject} recalls commitments on {matter}",
	},
}

// openings begin a summary. Their days differ from the listing's date, as
// those of real summaries often do.
var openings = map[string][]string{
	news: {
		"{on}, the {office} brought together {audience} in {place} to discuss {matter}.",
		"{from}, {many} {audience} took part in a training course on {matter}, organized by the {office} in {place}.",
		"{Audience} from across the region met in {place} {on} for a workshop on {matter} hosted by the {office}.",
		"A round table on {matter} took place in {place} {on} with the support of the {office}.",
		"To make headway on {matter}, the {office} held a two-day seminar for {audience} in {place}.",
		"How can {audience} do better on {matter}? This question was at the centre of an event that the {office} held in {place} {on}.",
		"{many} {audience} ({some} women) completed a course on {matter} in {place} {on}.",
	},
	release: {
		"{PLACE}, {date} – The {office} today presented its recommendations on {matter} to {audience} and the public.",
		"{PLACE}, {date} – Concrete steps on {matter} are within reach, the {office} said today at a meeting with {audience}.",
		"{PLACE}, {date} – A two-day conference on {matter} opened in {place} today, with {many} {audience} attending.",
	},
	statement: {
		"{PLACE}, {date} – The {office} today recalled the commitments of the participating States on {matter} and called for their full implementation.",
		"{PLACE}, {date} - The {office} follows developments on {matter} closely and encourages all sides to continue the dialogue with {audience}.",
	},
}

// middles and closings carry a summary on; a summary of any type may have the
// general ones, news also what happened at an event.
var (
	eventMiddles = []string{
		"Participants looked at current practice, compared it with OSCE commitments and agreed on next steps for the coming year.",
		"Short lectures alternated with practical exercises – from first planning to evaluation – and drew on cases from several participating States.",
		"“Good rules count only when they are applied in daily work,” one of the trainers said, “and that takes time.”",
		"A guide for everyday use, available in three languages, was presented and tested in small groups.",
		"Experts from academia, public institutions and the private sector shared examples of what has worked and what has not.",
		"The programme included a simulation in which mixed teams had to find solutions within a day's time.",
		"Special attention was paid to the needs of women, young people and persons with disabilities.",
		"“We meet the same questions in each of our towns; now we know whom to call,” a participant from {other} said.",
	}
	generalMiddles = []string{
		"The discussion covered legal frameworks, co-operation between institutions and the role of civil society.",
		"Speakers noted that co-operation across borders is no longer an option but a necessity.",
		"A new study, based on interviews with more than {lots} practitioners, points to uneven progress across the region.",
		"The participating States have agreed on far-reaching commitments in this field – now they need to be put into practice.",
		"Similar meetings are planned in {place} and {other} before the end of {year}.",
		"“Commitments are made on paper, but they are kept by people,” the closing remarks read.",
	}
	eventClosings = []string{
		"The event is part of an extrabudgetary project on {matter} that runs until the end of {year}.",
		"The activity was carried out in close co-operation with the host country’s authorities.",
		"The course materials will be adapted for use by national training institutions.",
		"A follow-up meeting will take place in {other} next year.",
	}
	generalClosings = []string{
		"The {office} will continue to support {audience} in this work.",
		"The conclusions will be shared with all participating States.",
		"The full text is available in English and in the language of the host country.",
	}
)

// A series repeats under one title, or under titles that differ by a number.
const (
	coChairsTitle = "Statement by the Co-Chairs of the OSCE Minsk Group"
	weeklyTitle   = "Safety of journalists: weekly overview by the OSCE Representative on Freedom of the Media"
	dailyTitle    = "OSCE Special Monitoring Mission to Ukraine (SMM) Daily Report %d/%d issued on %s"
	spotTitle     = "Spot Report %d/%d by the OSCE Special Monitoring Mission to Ukraine (SMM): %s"

	coChairsSummary = "{PLACE}, {date} – The Co-Chairs of the OSCE Minsk Group met in {place} to review the state of the negotiations. They stressed the importance of direct dialogue and announced further consultations in {other}."
	weeklySummary   = "The weekly overview collects what the OSCE Representative on Freedom of the Media raised with participating States, among it {some} cases that concern the safety of journalists and {many} that concern access to information."
	dailySummary    = "This report is based on information from the monitoring teams as of 19:30 {on}. Teams patrolled in {many} settlements, spoke with residents about water supply, pensions and transport, and followed repair works near {place}."
	spotSummary     = "{on}, an SMM patrol reported the following while working near {place}. The Mission informed all sides, adjusted its routes and resumed its monitoring in the area after {some} hours."
)

var spotEvents = []string{
	"patrol delayed by flooded road",
	"long-range unmanned aerial vehicle lost on technical grounds",
	"monitoring camera out of service after storm",
	"vehicle damaged on icy road, no injuries",
}
