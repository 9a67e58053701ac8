package store

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// TestEncode fills every field of what lies in the file, some with nothing, and
// wants it back: a field that the encoder forgets would come back empty.
func TestEncode(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var written, read record
		fill(r, reflect.ValueOf(&written).Elem())
		decode(r, written.appendJSON(nil), &written, &read)
		var writtenFiling, readFiling filing
		fill(r, reflect.ValueOf(&writtenFiling).Elem())
		decode(r, writtenFiling.appendJSON(nil), &writtenFiling, &readFiling)
	})
}

// decode reads b, and what encoding/json makes of written, and wants written
// from both.
func decode[T any](r *rapid.T, b []byte, written, read *T) {
	same := cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(filing{})}
	if err := json.Unmarshal(b, read); err != nil {
		r.Fatalf("%s: %v", b, err)
	}
	if diff := cmp.Diff(written, read, same); diff != "" {
		r.Errorf("%s (-written +read):\n%s", b, diff)
	}
	reference, err := json.Marshal(written)
	if err != nil {
		r.Fatal(err)
	}
	var want, got map[string]any
	if err := json.Unmarshal(reference, &want); err != nil {
		r.Fatal(err)
	}
	if err := json.Unmarshal(b, &got); err != nil {
		r.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		r.Errorf("(-encoding/json +own):\n%s", diff)
	}
}

// fill draws a value for every field that has a name in JSON.
func fill(r *rapid.T, v reflect.Value) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Tag.Get("json") == "" {
			continue
		}
		var drawn any
		switch v.Field(i).Interface().(type) {
		case string:
			drawn = rapid.String().Draw(r, field.Name)
		case []string:
			drawn = rapid.SliceOf(rapid.String()).Draw(r, field.Name)
		case []Kind:
			drawn = rapid.SliceOf(rapid.SampledFrom(Kinds())).Draw(r, field.Name)
		case bool:
			drawn = rapid.Bool().Draw(r, field.Name)
		case int:
			drawn = rapid.Int().Draw(r, field.Name)
		case int64:
			drawn = rapid.Int64().Draw(r, field.Name)
		case uint64:
			drawn = rapid.Uint64().Draw(r, field.Name)
		case Day:
			drawn = DayOf(drawTime(r, field.Name))
		case time.Time:
			drawn = drawTime(r, field.Name)
		default:
			r.Fatalf("the test knows no %s", field.Type)
		}
		v.Field(i).Set(reflect.ValueOf(drawn))
	}
}

// drawTime draws an instant of the years 1 to 9999, or none.
func drawTime(r *rapid.T, label string) time.Time {
	zone := time.FixedZone("", 60*rapid.IntRange(-12*60, 14*60).Draw(r, label+"'s zone"))
	second := rapid.Int64Range(-62_135_500_000, 253_402_200_000).Draw(r, label)
	return rapid.SampledFrom([]time.Time{
		{}, frozen(time.Unix(second, 0).In(zone)), time.UnixMilli(second).UTC(),
	}).Draw(r, label+" as")
}
