// Package backtest judges forecasts by what came: rolling origin, and the
// scores MASE, sMAPE, OWA, MSIS, CRPS, coverage, Brier and PIT.
package backtest
