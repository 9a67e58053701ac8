package collector

import "time"

// SetClock makes a schedule tell the time by another clock.
func (s *Schedule) SetClock(now func() time.Time) { s.clock = now }

// Now is what a schedule takes for the time.
func (s *Schedule) Now() time.Time { return s.now() }
