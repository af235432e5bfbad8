package audit

import (
	"bytes"
	"fmt"
	"os"
	"time"

	"talentcast/analytics/fault"
)

// shortened is the action of the entry that says that the end of the log was not
// where its head said.
const shortened = "audit_shortened"

// compare holds the end of the log against its head. Where entries are missing the
// chain goes on after the head, so that no number is used twice; the entry returned
// says so, and nil that all is well.
func (l *Log) compare(files []string) (*Entry, error) {
	h, odd, err := newest(l.key, l.keepers)
	if err != nil {
		return nil, err
	}
	e := &Entry{Who: Nobody, Via: "service", Action: shortened, Result: Failed}
	switch {
	case h == nil && !odd: // none was kept yet
		return nil, nil
	case h == nil:
		e.Object = map[string]string{"head": "not genuine"}
	case h.N > l.n:
		e.Object = map[string]string{"first": fmt.Sprint(l.n + 1), "last": fmt.Sprint(h.N)}
		l.n, l.head = h.N, h.Hash
	default:
		hash, err := hashOf(files, h.N)
		if err != nil || hash == "" || hash == h.Hash { // "": let go of by age, or for Verify to miss
			return nil, err
		}
		e.Object = map[string]string{"head": fmt.Sprintf("%d:%s", h.N, h.Hash)}
	}
	l.short = gapOf(*e).sentence()
	return e, nil
}

// Shortened says what of the log was missing when it was opened; nil for nothing.
func (l *Log) Shortened() *fault.Error { return l.short }

// hashOf is the hash of the n-th entry, "" where it is not in the files.
func hashOf(files []string, n int64) (string, error) {
	begin := fmt.Appendf(nil, `{"n":%d,`, n)
	for i := len(files) - 1; i >= 0; i-- { // as a rule it is in the newest
		b, err := os.ReadFile(files[i])
		if err != nil {
			return "", err
		}
		for line := range bytes.Lines(b) {
			if bytes.HasPrefix(line, begin) {
				return entryOf(line).Hash, nil
			}
		}
	}
	return "", nil
}

// gap is what an entry says of a log that was found shortened.
type gap struct {
	first, last int64  // the entries that are missing; 0 where that is not known
	head        string // that the log had not
	entry       int64  // says so
	at          time.Time
}

func gapOf(e Entry) gap {
	g := gap{head: e.Object["head"], entry: e.N, at: e.At}
	_, err := fmt.Sscan(e.Object["first"]+" "+e.Object["last"], &g.first, &g.last)
	if err != nil {
		g.first, g.last = 0, 0
	}
	return g
}

// sentence says what is missing and what to do.
func (g gap) sentence() *fault.Error {
	zh, en := "", ""
	if g.entry > 0 { // it is in the log already
		zh = fmt.Sprintf("（%s 发现，见第 %d 条）", g.at.Format(time.DateOnly), g.entry)
		en = fmt.Sprintf(" (noticed on %s, entry %d)", g.at.Format(time.DateOnly), g.entry)
	}
	if g.last > 0 {
		return fault.Newf(fault.Conflict,
			"第 %[1]d 至 %[2]d 条审计记录不见了：最新的记录被截去，或文件被删除%[3]s。请查明原因，并从备份的 files/audit 中取回以便查阅。",
			"Entries %[1]d to %[2]d of the audit log are gone: the newest were cut off, or files were deleted%[4]s. Find out why, and look them up in files/audit of a backup.",
			g.first, g.last, zh, en)
	}
	return fault.Newf(fault.Conflict,
		"审计记录的末尾与另存的链头不符：链头被改动，或记录被换成了另一份%[1]s。请查明原因，并与备份的 files/audit 核对。",
		"The end of the audit log is not what its head says: the head was changed, or the log is another one%[2]s. Find out why, and compare it with files/audit of a backup.",
		zh, en)
}
