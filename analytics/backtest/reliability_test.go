package backtest

import (
	"math"
	"math/rand/v2"
	"testing"
	"testing/quick"
)

func TestReliabilityByHand(t *testing.T) {
	bins := Reliability([]float64{0, 0.05, 0.65, 0.65, 0.65, 1}, []bool{false, true, true, true, false, true})
	for _, c := range []struct {
		bin, n     int
		mean, rate float64
	}{{0, 2, 0.025, 0.5}, {6, 3, 0.65, 2.0 / 3}, {9, 1, 1, 1}, {3, 0, math.NaN(), math.NaN()}} {
		if b := bins[c.bin]; b.N != c.n || !near(b.Mean, c.mean) || !near(b.Rate, c.rate) {
			t.Errorf("bin %d is %+v, want %d events, mean %v, rate %v", c.bin, b, c.n, c.mean, c.rate)
		}
	}
	if b := bins[6]; !near(b.From, 0.6) || !near(b.To, 0.7) {
		t.Errorf("bin 6 runs from %v to %v", b.From, b.To)
	}
}

// The bins hold every event, and their gaps add up to the calibration error.
func TestReliabilityAgreesWithCalibrationError(t *testing.T) {
	law := func(raw []uint16, seed uint64) bool {
		if len(raw) == 0 {
			return true
		}
		r := rand.New(rand.NewPCG(seed, 1))
		p, came := make([]float64, len(raw)), make([]bool, len(raw))
		for i, v := range raw {
			p[i], came[i] = float64(v)/65535, r.IntN(2) == 1
		}
		n, gap := 0, 0.0
		for _, b := range Reliability(p, came) {
			if b.N > 0 {
				n += b.N
				gap += float64(b.N) * math.Abs(b.Mean-b.Rate)
			}
		}
		return n == len(p) && math.Abs(gap/float64(n)-CalibrationError(p, came)) < 1e-9
	}
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
}

func TestLogScore(t *testing.T) {
	if got := LogScore([]float64{0.5, 0.5}, []bool{true, false}, 0.001); !near(got, math.Ln2) {
		t.Errorf("a coin scores %v", got)
	}
	if got := LogScore([]float64{0}, []bool{true}, 0.01); !near(got, -math.Log(0.01)) {
		t.Errorf("a surprise scores %v, want −ln 0.01", got)
	}
	if got := LogScore([]float64{1}, []bool{true}, 0.01); !near(got, -math.Log(0.99)) {
		t.Errorf("a certainty scores %v, want −ln 0.99", got)
	}
}

func TestSkill(t *testing.T) {
	if got := Skill(0.1, 0.4); !near(got, 0.75) {
		t.Errorf("skill %v", got)
	}
	if got := Skill(0.1, 0); !math.IsNaN(got) {
		t.Errorf("skill against a perfect reference %v", got)
	}
	if got := BaseRateBrier([]bool{true, false, false, false}); !near(got, 3.0/16) {
		t.Errorf("Brier score of the base rate %v", got)
	}
}

func TestChanceCalibrationErrorFallsWithEvents(t *testing.T) {
	few, many := make([]float64, 10), make([]float64, 4000)
	for _, p := range [][]float64{few, many} {
		for i := range p {
			p[i] = (float64(i) + 0.5) / float64(len(p))
		}
	}
	a, b := ChanceCalibrationError(few, 1, 200), ChanceCalibrationError(many, 1, 50)
	if a < 0.1 || b > 0.03 || b <= 0 {
		t.Errorf("by chance %v with 10 events, %v with 4000", a, b)
	}
}

// The sum over counts is the score of the sample itself.
func TestCountCRPSIsTheCRPS(t *testing.T) {
	law := func(raw []uint8, at uint8) bool {
		counts := make([]int, 9)
		var sample []float64
		for k := range counts {
			n := 1
			if k < len(raw) {
				n = int(raw[k] % 7)
			}
			counts[k] = n
			for range n {
				sample = append(sample, float64(k))
			}
		}
		if len(sample) == 0 {
			return true
		}
		came := int(at) % len(counts)
		return math.Abs(CountCRPS(counts, came)-CRPS(sample, float64(came))) < 1e-9
	}
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
}
