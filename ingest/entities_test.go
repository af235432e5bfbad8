package ingest

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
)

// TestEntitiesAreNotWorkedOut: a workbook that defines entities, to grow beyond
// memory or to fetch a file of the machine, is refused or read without them.
func TestEntitiesAreNotWorkedOut(t *testing.T) {
	laughs := `<!DOCTYPE x [<!ENTITY a "` + strings.Repeat("ha", 500) + `">`
	for i := 'b'; i < 'k'; i++ {
		laughs += fmt.Sprintf(`<!ENTITY %c "%s">`, i, strings.Repeat(fmt.Sprintf("&%c;", i-1), 10))
	}
	used := false
	for name, doctype := range map[string]string{
		"growing":  laughs + `]>`,
		"external": `<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>`,
		"remote":   `<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd" [<!ENTITY % j SYSTEM "http://127.0.0.1:1/x">%j;]>`,
	} {
		for _, part := range []string{"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"} {
			b := rezip(t, committed(t, "dates-and-numbers.xlsx"), part, func(xml []byte) []byte {
				i := bytes.Index(xml, []byte("?>")) + 2
				if i < 2 {
					i = 0
				}
				xml = append(append(bytes.Clone(xml[:i]), doctype...), xml[i:]...)
				used = used || bytes.Contains(xml, []byte("<t>"))
				return bytes.Replace(xml, []byte("<t>"), []byte("<t>&j;"), 1)
			})
			got, err := Read(context.Background(), "x.xlsx", b, options(t))
			if err != nil {
				continue // refused
			}
			if text := outcome(got, nil); strings.Contains(text, "hahaha") || strings.Contains(text, "root:") {
				t.Errorf("%s in %s: worked out to %.300s", name, part, text)
			}
		}
	}
	if !used {
		t.Error("no entity was used")
	}
}
