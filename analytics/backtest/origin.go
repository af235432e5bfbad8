package backtest

// Origins lists the numbers of leading periods to train on when a history of n
// periods is judged by rolling origin: at most most of them, evenly apart, the
// latest one h periods before the end so that a whole horizon can be compared,
// none with less than least periods. It is empty when the history is too short.
func Origins(n, h, least, most int) []int {
	last := n - h
	if last < least || most < 1 {
		return nil
	}
	step := max(1, (last-least+most)/most)
	var out []int
	for at := last; at >= least && len(out) < most; at -= step {
		out = append(out, at)
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}
