package office

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"talentcast/analytics/fault"
)

// converter is one that works, in a folder of its own.
func converter(t *testing.T, cfg Config) *Converter {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Skip(err)
	}
	dir, err := os.MkdirTemp(c.cfg.Dir, "office-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		left, _ := os.ReadDir(dir)
		if len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		_ = os.RemoveAll(dir)
	})
	c.cfg.Dir = dir
	return c
}

func sample(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "fund.xls"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestConvert(t *testing.T) {
	c := converter(t, Config{})
	out, err := c.Convert(context.Background(), "fund.xls", sample(t))
	if err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(out), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	rows, err := x.GetRows("资金")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows {
		got = append(got, strings.Join(r, ","))
	}
	want := []string{"凭证号,日期,环节,资金来源,金额（万元）", "A-1,41765,到位,财政,12.5", "A-2,2014年5月6日,到位,企业,2.5"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q", got)
	}
}

func TestConvertFaults(t *testing.T) {
	all := sample(t)
	c := converter(t, Config{})
	for name, data := range map[string][]byte{
		"a web page": []byte("<html><table><tr><td>1</td></tr></table></html>"),
		"nothing":    nil,
		"cut off":    all[:len(all)-1024],
		"only begun": all[:600],
	} {
		_, err := c.Convert(context.Background(), "x.xls", data)
		if f := fault.As(err); f == nil || f.Code != fault.Unreadable {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Convert(ctx, "x.xls", all); err == nil || fault.As(err) != nil {
		t.Errorf("after a cancel: %v", err)
	}
	slow := converter(t, Config{Timeout: time.Millisecond})
	if _, err := slow.Convert(context.Background(), "x.xls", all); fault.As(err) == nil {
		t.Errorf("out of time: %v", err)
	}
	small := converter(t, Config{Bytes: 512})
	if _, err := small.Convert(context.Background(), "x.xls", all); fault.As(err) == nil {
		t.Errorf("over the limit: %v", err)
	}
}

func TestNewSaysWhatIsMissing(t *testing.T) {
	if _, err := New(Config{Program: "/nowhere/soffice"}); err == nil || !strings.Contains(err.Error(), "LibreOffice") {
		t.Errorf("%v", err)
	}
	if _, err := New(Config{Program: "sh", Dir: "/proc"}); err == nil || !strings.Contains(err.Error(), "memory") {
		t.Errorf("%v", err)
	}
}
