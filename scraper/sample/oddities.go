package sample

import (
	"slices"
	"strings"
	"time"
)

// mostOffices is how many offices a row was ever seen to show.
const mostOffices = 7

// oddity is something that the real newsroom does now and then; each is put on
// the first fitting release at or after its place in the listing, so that the
// first pages already show most of them.
type oddity struct {
	place int
	fits  func(Release) bool
	apply func(*Release)
}

// addOddities changes some of releases; a short listing has fewer.
func addOddities(releases []Release) {
	taken := map[int]bool{}
	for _, odd := range oddities {
		for i := odd.place; i < len(releases); i++ {
			if odd.fits(releases[i]) && !taken[i] {
				odd.apply(&releases[i])
				taken[i] = true
				break
			}
		}
	}
}

var oddities = []oddity{
	{4, complete, cutSummary},
	{9, complete, trailOff},
	{13, complete, inCyrillic},
	{17, complete, withAmpersand},
	{22, complete, withAngle},
	{26, complete, correct},
	{31, complete, crowd},
	{88, complete, correct},
	{170, complete, correct},
	{40, beforeRenaming, withChairmanship},
}

// complete tells a news item whose row shows everything.
func complete(r Release) bool {
	return !r.Bare && r.Type == news && len(r.Offices) > 0 && len(r.Topics) > 0
}

func beforeRenaming(r Release) bool {
	return complete(r) && len(r.Offices) < mostOffices && r.Day.Before(time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC))
}

// cutSummary cuts the summary between two words, without a mark.
func cutSummary(r *Release) {
	r.Summary = r.Summary[:strings.LastIndexByte(r.Summary[:len(r.Summary)-10], ' ')]
}

func trailOff(r *Release) {
	cutSummary(r)
	r.Summary += "..."
}

func inCyrillic(r *Release) {
	bishkek := officeNamed("OSCE Programme Office in Bishkek")
	r.Slug, r.Offices = bishkek.slug, []string{bishkek.name}
	r.Topics = []string{"Water management"}
	r.Title = "Программный офис ОБСЕ в Бишкеке провёл семинар по управлению водными ресурсами"
	r.Summary = "Представители областей и водных ассоциаций обсудили в Бишкеке, как делить воду в засушливые годы. Семинар продолжил серию встреч, начатую прошлой осенью."
}

func withAmpersand(r *Release) {
	r.Title = "Q&A on energy costs: small municipalities learn from one another"
	r.Summary = "Questions & answers instead of speeches: in a new format, municipal officials asked engineers how to cut the costs of heating & lighting. The answers will be published in five languages."
}

func withAngle(r *Release) {
	r.Title = "Schools with <100 pupils in focus of new education review"
	r.Summary = "Small schools (those with <100 pupils, or classes where 3 < n < 12) face particular challenges, a new review finds. It proposes shared teachers & shared buses, and >40 further measures."
}

func correct(r *Release) {
	r.Title = "CORRECTION: " + r.Title
}

// crowd fills the row with mostOffices offices and many topics.
func crowd(r *Release) {
	r.Offices = []string{
		threatsDepartment, secretariat, "OSCE Mission to Serbia", "OSCE Presence in Albania",
		"OSCE Mission to Montenegro", "OSCE Mission to Skopje", "OSCE Mission in Kosovo",
	}
	r.Topics = []string{
		"Policing", "Migration", "Border management", "Rule of law", "Youth",
		"Combating trafficking in human beings", "Gender equality", "Cyber/ICT Security",
	}
}

// withChairmanship makes sure that the former name of an office appears.
func withChairmanship(r *Release) {
	former := officeNamed("OSCE Chairpersonship").nameOn(r.Day)
	if !slices.Contains(r.Offices, former) {
		r.Offices = append(r.Offices, former)
	}
}
