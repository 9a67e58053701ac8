package server

import (
	"log/slog"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate bounds what one client may ask for: an IPv4 address, or a network of
// IPv6 (/64).
type Rate struct {
	// Requests is how many requests a second a client may make for long, and
	// Burst how many at once after a rest. 0 means 20 and 1000: an aggregator
	// may ask for 300 feeds in 3 formats at once. Below 0 there is no bound.
	Requests float64
	Burst    int
}

const (
	usualRequests = 20
	usualBurst    = 1000
	// mostClients is how many clients are remembered, 2 MB of them.
	mostClients = 1 << 14
	// sampled is how many are looked at to find one to forget.
	sampled = 8
	// turnedAwayPause is between two lines of the log on clients turned away.
	turnedAwayPause = time.Minute
)

// limiter counts the requests of each client against a bucket of its own.
type limiter struct {
	clients *clients
	limit   rate.Limit
	burst   int
	most    int // clients remembered
	now     clock
	log     *slog.Logger

	mu      sync.Mutex
	buckets map[netip.Addr]*rate.Limiter
	turned  int       // away since that was last told
	silent  time.Time // until then nothing is told
}

func newLimiter(o Options) *limiter {
	l := &limiter{
		clients: &clients{proxies: o.Proxies, log: o.Log},
		limit:   usualRequests, burst: usualBurst, most: mostClients,
		now: o.Clock, log: o.Log, buckets: make(map[netip.Addr]*rate.Limiter),
	}
	if o.Rate.Requests != 0 {
		l.limit = rate.Limit(o.Rate.Requests)
	}
	if o.Rate.Burst > 0 {
		l.burst = o.Rate.Burst
	}
	return l
}

// turnAway returns how long the client of r should wait, 0 if it need not.
func (l *limiter) turnAway(r *http.Request) time.Duration {
	if l.limit < 0 {
		return 0
	}
	asking := l.clients.of(r)
	if asking.isLocal() {
		return 0
	}
	now, network := l.now(), asking.network()
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket := l.bucket(network, now)
	if bucket.AllowN(now, 1) {
		return 0
	}
	l.tell(network, now)
	missing := (1 - bucket.TokensAt(now)) / float64(l.limit)
	return time.Duration(math.Ceil(max(1, missing))) * time.Second
}

// bucket returns a network's bucket. It needs mu.
func (l *limiter) bucket(network netip.Addr, now time.Time) *rate.Limiter {
	if bucket := l.buckets[network]; bucket != nil {
		return bucket
	}
	if len(l.buckets) >= l.most {
		l.forget(now)
	}
	bucket := rate.NewLimiter(l.limit, l.burst)
	l.buckets[network] = bucket
	return bucket
}

// forget makes room: of a few networks it forgets the one that asked least of
// late. One that asks too often is hardly ever that, so that a flood from many
// addresses gives nobody a fresh start. It needs mu.
func (l *limiter) forget(now time.Time) {
	var fullest netip.Addr
	most, looked := math.Inf(-1), 0
	for network, bucket := range l.buckets {
		if tokens := bucket.TokensAt(now); tokens > most {
			fullest, most = network, tokens
		}
		if looked++; looked == sampled {
			break
		}
	}
	delete(l.buckets, fullest)
}

// tell logs that clients are turned away, at most once a minute. It needs mu.
func (l *limiter) tell(network netip.Addr, now time.Time) {
	l.turned++
	if now.Before(l.silent) {
		return
	}
	l.log.Warn("a client asks too often and is turned away", "client", network.String(), "requests", l.turned)
	l.turned, l.silent = 0, now.Add(turnedAwayPause)
}

// tooMany is the answer to a client that asks too often.
func tooMany(wait time.Duration) answer {
	return refuse(http.StatusTooManyRequests, "Your address asks too often; please ask again later.",
		newField("Retry-After", strconv.Itoa(int(wait.Seconds()))))
}
