package forecast

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"
	"time"

	"talentcast/analytics"
)

// The agreement tests hold the models against R 4.2.2 with forecast 8.20,
// urca 1.3.3 and stats::arima on public series: those of R's package datasets,
// in testdata/public.csv as name, frequency, values (Nile: Cobb 1978; lh: Diggle
// 1990; LakeHuron and USAccDeaths: Brockwell & Davis 1991; WWWusage: Makridakis,
// Wheelwright & Hyndman 1998; AirPassengers: Box & Jenkins 1976; nottem: Anderson
// 1976; UKgas: Durbin & Koopman 2001; ldeaths: Diggle 1990; JohnsonJohnson:
// Shumway & Stoffer 2000). What R gave is beside the call that gave it.

// public returns a public series as real values; "log " before a name takes the
// logarithms.
func public(t *testing.T, name string) analytics.Series {
	t.Helper()
	f, err := os.Open("testdata/public.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := csv.NewReader(f)
	c.FieldsPerRecord = -1
	rows, err := c.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	log := len(name) > 4 && name[:4] == "log "
	for _, row := range rows {
		if row[0] != name && (!log || row[0] != name[4:]) {
			continue
		}
		freq, _ := strconv.Atoi(row[1])
		y := analytics.Series{Start: analytics.PeriodOf(analytics.Date(1900, time.January, 1), analytics.Frequency(freq))}
		for _, cell := range row[2:] {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			if log {
				v = math.Log(v)
			}
			y.Values = append(y.Values, v)
		}
		return y
	}
	t.Fatalf("no series %q", name)
	return analytics.Series{}
}

// nonSeasonal is the series by the year, so that no model looks for a season.
func nonSeasonal(y analytics.Series) analytics.Series {
	y.Start = analytics.PeriodOf(analytics.Date(1900, time.January, 1), analytics.Yearly)
	return y
}

// apart is the largest difference of two rows.
func apart(got, want []float64) float64 {
	worst := 0.0
	for i, w := range want {
		if d := math.Abs(got[i] - w); !(d <= worst) { // NaN counts
			worst = d
		}
	}
	return worst
}

// normal975 turns R's 95 % half widths into standard deviations.
const normal975 = 1.959963984540054
