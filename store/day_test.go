package store

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDayPublish(t *testing.T) {
	tests := []struct {
		name, zone, day, now, want string
	}{
		{"the same day", "Europe/Vienna", "2024-12-16", "2024-12-16T15:04:05.9Z", "2024-12-16T16:04:05+01:00"},
		{"first second of Vienna's day", "Europe/Vienna", "2024-12-16", "2024-12-15T23:00:00Z", "2024-12-16T00:00:00+01:00"},
		{"last second of the day before", "Europe/Vienna", "2024-12-16", "2024-12-15T22:59:59Z", "2024-12-15T23:59:59+01:00"},
		{"last second of Vienna's day", "Europe/Vienna", "2024-12-16", "2024-12-16T22:59:59.999Z", "2024-12-16T23:59:59+01:00"},
		{"first second of the day after", "Europe/Vienna", "2024-12-16", "2024-12-16T23:00:00Z", "2024-12-16T13:00:00+01:00"},
		{"long after", "Europe/Vienna", "2024-12-16", "2025-08-01T00:00:00Z", "2024-12-16T13:00:00+01:00"},
		{"long after, in summer", "Europe/Vienna", "2024-07-16", "2025-08-01T00:00:00Z", "2024-07-16T14:00:00+02:00"},
		{"spring forward, the day", "Europe/Vienna", "2024-03-31", "2024-03-31T01:00:00Z", "2024-03-31T03:00:00+02:00"},
		{"spring forward, first second", "Europe/Vienna", "2024-03-31", "2024-03-30T23:00:00Z", "2024-03-31T00:00:00+01:00"},
		{"spring forward, last second", "Europe/Vienna", "2024-03-31", "2024-03-31T21:59:59Z", "2024-03-31T23:59:59+02:00"},
		{"spring forward, after", "Europe/Vienna", "2024-03-31", "2024-03-31T22:00:00Z", "2024-03-31T14:00:00+02:00"},
		{"fall back, the hour twice", "Europe/Vienna", "2024-10-27", "2024-10-27T01:30:00Z", "2024-10-27T02:30:00+01:00"},
		{"fall back, last second", "Europe/Vienna", "2024-10-27", "2024-10-27T22:59:59Z", "2024-10-27T23:59:59+01:00"},
		{"fall back, after", "Europe/Vienna", "2024-10-27", "2024-10-27T23:00:00Z", "2024-10-27T13:00:00+01:00"},
		{"tomorrow", "Europe/Vienna", "2024-12-17", "2024-12-16T10:00:00Z", "2024-12-16T11:00:00+01:00"},
		{"in ten years", "Europe/Vienna", "2034-12-17", "2024-12-16T10:00:00Z", "2024-12-16T11:00:00+01:00"},
		{"yesterday far in the east, before noon UTC", "Pacific/Kiritimati", "2024-12-16", "2024-12-16T10:30:00Z", "2024-12-17T00:30:00+14:00"},
		{"far in the west", "Etc/GMT+12", "2024-12-16", "2024-12-18T10:30:00Z", "2024-12-16T00:00:00-12:00"},
		{"1970", "UTC", "1970-01-01", "2024-12-16T10:00:00Z", "1970-01-01T12:00:00Z"},
		{"year 1", "UTC", "0001-01-01", "2024-12-16T10:00:00Z", "0001-01-01T12:00:00Z"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			day, err := ParseDay(test.day)
			if err != nil {
				t.Fatal(err)
			}
			now, err := time.Parse(time.RFC3339Nano, test.now)
			if err != nil {
				t.Fatal(err)
			}
			if got := day.Publish(now, zone(t, test.zone)).Format(time.RFC3339Nano); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// TestDayPublishRule holds Publish against the rule, in any zone at any time.
func TestDayPublishRule(t *testing.T) {
	zones := []string{"Europe/Vienna", "UTC", "America/New_York", "Pacific/Auckland", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "Pacific/Apia"}
	rapid.Check(t, func(r *rapid.T) {
		location := zone(t, rapid.SampledFrom(zones).Draw(r, "zone"))
		now := time.Unix(rapid.Int64Range(0, 4e9).Draw(r, "now"), rapid.Int64Range(0, 999_999_999).Draw(r, "ns"))
		day := DayOf(now.In(location).AddDate(0, 0, rapid.IntRange(-3, 3).Draw(r, "days")))
		got := day.Publish(now, location)
		want := now.Truncate(time.Second)
		if DayOf(now.In(location)) != day && day.Noon().Before(now) {
			want = time.Date(day.Year, day.Month, day.Day, 12, 0, 0, 0, time.UTC)
		}
		if !got.Equal(want) || got.After(now) || got.Nanosecond() != 0 || got.Location() != location {
			r.Errorf("%s at %s: %s, want %s", day, now.In(location), got, want)
		}
	})
}

func TestParseDay(t *testing.T) {
	for _, text := range []string{"2024-02-31", "2024-13-01", "0000-01-01", "10000-01-01", "2024-1-1", "2024-01-01T00:00:00Z", " 2024-01-01", ""} {
		if d, err := ParseDay(text); err == nil {
			t.Errorf("%q is read as %s", text, d)
		}
	}
	for _, text := range []string{"2024-02-29", "0001-01-01", "9999-12-31"} {
		d, err := ParseDay(text)
		if err != nil || d.String() != text {
			t.Errorf("%q is read as %s (%v)", text, d, err)
		}
	}
	if !(Day{2025, 1, 1}).After(Day{2024, 12, 31}) || (Day{2024, 12, 31}).After(Day{2024, 12, 31}) {
		t.Error("After is wrong")
	}
}

// TestReleaseJSON fixes the record that scripts hold to.
func TestReleaseJSON(t *testing.T) {
	full := made("1")
	full.Title, full.Summary = `"A" & <b>`, "ü\u2028"
	full.Offices = tags("Mission to Georgia (closed)")
	full.Updated = full.Published.Add(time.Second)
	tests := []struct {
		release Release
		want    string
	}{
		{Release{}, `{"id":"","key":"","url":"","title":"","day":"","published":"","updated":"","first_seen":"","type":"","offices":[],"topics":[],"summary":"","aliases":[],"withdrawn":""}`},
		{full, `{"id":"tag:example.org,2024:1","key":"1","url":"https://example.org/1","title":"\"A\" & <b>","day":"2024-12-16","published":"2024-12-16T12:00:00Z","updated":"2024-12-16T12:00:01Z","first_seen":"","type":"News","offices":["Mission to Georgia"],"topics":["Policing","Elections","Youth"],"summary":"ü\u2028","aliases":[],"withdrawn":""}`},
	}
	for _, test := range tests {
		got, err := test.release.MarshalJSON()
		if err != nil || string(got) != test.want || !json.Valid(got) {
			t.Errorf("%s (%v)\nwant %s", got, err, test.want)
		}
	}
}
