package format_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"talentcast/analytics"
	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/format"
)

const option = `{"animation":false,"xAxis":{"type":"category","data":["2012年","2013年"]},"yAxis":{},"series":[{"type":"bar","data":[3,5]}]}`

// nasty is what a careless or hostile file may bring into a sentence.
const nasty = "</w:t></a:t><script>alert(1)</script> & \x00\x0b\ufffe 𠮷🙂 =cmd|' /C calc'!A0"

func run(s string) []document.Run { return []document.Run{{Text: s}} }

// sample is a document with a block of each sort.
func sample(lang string, rows int) document.Document {
	d := document.Document{
		Title: "某区人才工程监测评估报告", Subtitle: "2015年6月30日", Lang: lang,
		Stamp: document.Stamp{Policy: "某区人才工程", AsOf: analytics.Date(2015, 6, 30), Data: "数据状态 9-ab", Version: "1.0 · 种子 555", Demo: true},
	}
	annex := document.Table{ID: "t2", Caption: "附表", Wide: true, Columns: []document.Column{{Title: "编号"}, {Title: strings.Repeat("很长的部门名称", 29), Width: 3}, {Title: "金额（元）", Align: document.Right}}}
	for i := range rows {
		annex.Rows = append(annex.Rows, []document.Cell{{Text: fmt.Sprintf("%05d", i)}, {Text: "部门"}, {Text: "1,234.50", Value: decimal.RequireFromString("1234.50"), Format: "#,##0.00"}})
	}
	d.Blocks = []document.Block{
		document.Paragraph{Style: document.Mark, Runs: run("演示数据")},
		document.Paragraph{Style: document.Lead, Runs: run("截至2015年6月30日，完成率34.6%。")},
		document.Contents{Title: "目录"},
		document.Heading{Level: 1, Text: "一、总体情况"},
		document.Paragraph{Runs: []document.Run{{Text: nasty}, {Text: "见"}, {Ref: "t1"}, {Text: "、"}, {Ref: "f1"}, {Text: "加粗", Bold: true}}},
		document.Heading{Level: 2, Text: "（一）表"},
		document.Table{ID: "t1", Caption: "各灯", Note: "注。", Columns: []document.Column{{Title: "灯", Width: 2}, {Title: "数", Align: document.Right}, {Title: "中", Align: document.Center}}, Rows: lightRows()},
		document.Table{ID: "t0", Caption: "空表", Columns: []document.Column{{Title: "无"}}},
		document.List{Items: [][]document.Run{run("其一"), {{Text: "其二", Light: document.Red}}}},
		document.List{Ordered: true, Items: [][]document.Run{run("第一"), run("第二")}},
		document.Figure{ID: "f1", Caption: "柱图", Alt: "2012年3，2013年5。", Option: []byte(option), W: 600, H: 300, Chart: &document.Chart{
			Kind: document.Fan, Title: "柱图", X: "年", Y: "人", Categories: []string{"2012", "2013"},
			Series: []document.Series{{Name: "底", Values: []float64{1, math.NaN()}, Clear: true}, {Name: "区间", Values: []float64{1, 2}, Area: true, Color: "A9CBE8"}, {Name: "线", Values: []float64{math.NaN(), 2}, Color: "0B5FA5", Dash: true}},
		}},
		document.Paragraph{Style: document.Note, Runs: run("小字。")},
		document.Break{},
		document.Heading{Level: 1, Text: "附件"},
		annex,
	}
	d.Slides = []document.Slide{
		{Title: "一句话" + nasty, Blocks: []document.Block{d.Blocks[10]}, Notes: []string{"讲稿 " + nasty}},
		{Title: "表", Blocks: []document.Block{d.Blocks[6], d.Blocks[8]}},
		{Title: "长表", Blocks: []document.Block{annex}},
		{Title: "空"},
	}
	return d
}

func lightRows() [][]document.Cell {
	var out [][]document.Cell
	for l := document.NoLight; l <= document.Grey; l++ {
		out = append(out, []document.Cell{{Text: "灯色", Light: l}, {Text: "34.6%", Value: 0.346, Format: "0.0%"}, {Text: nasty, Bold: true}})
	}
	return out
}

func pen(t testing.TB) format.Pen {
	t.Helper()
	r, err := render.New(render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return format.Pen{Renderer: r}
}

func write(t testing.TB, f format.Format, d document.Document, p format.Pen) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(context.Background(), &b, d, p); err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	return b.Bytes()
}

func TestTheSameDocumentIsTheSameBytes(t *testing.T) {
	p := pen(t)
	for _, f := range format.All() {
		a, b := write(t, f, sample("zh", 3), p), write(t, f, sample("zh", 3), p)
		if !bytes.Equal(a, b) {
			t.Errorf("%s: two writings differ", f.Name)
		}
		if len(a) < 1000 {
			t.Errorf("%s: only %d bytes", f.Name, len(a))
		}
	}
}

// parts unpacks a ZIP, every XML part checked to be well-formed.
func parts(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(body)
		if strings.HasSuffix(f.Name, ".xml") || strings.HasSuffix(f.Name, ".rels") {
			d := xml.NewDecoder(bytes.NewReader(body))
			for {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", f.Name, err)
				}
			}
		}
	}
	return out
}

// related checks that every relation leads to a part that is there.
func related(t *testing.T, ps map[string]string) {
	t.Helper()
	for name, body := range ps {
		if !strings.HasSuffix(name, ".rels") {
			continue
		}
		dir := filepath.Dir(filepath.Dir(name))
		for _, r := range strings.Split(body, `Target="`)[1:] {
			target, _, _ := strings.Cut(r, `"`)
			if full := filepath.Clean(filepath.Join(dir, target)); ps[full] == "" {
				t.Errorf("%s leads to %s, which is not there", name, full)
			}
		}
	}
}

func TestWordStructure(t *testing.T) {
	f, err := format.Of("docx")
	if err != nil {
		t.Fatal(err)
	}
	ps := parts(t, write(t, f, sample("zh", 5), pen(t)))
	related(t, ps)
	body := ps["word/document.xml"]
	for what, want := range map[string]string{
		"real headings":           `<w:pStyle w:val="Heading1"/>`,
		"a contents field":        `TOC \o "1-2"`,
		"captions that number":    `SEQ Table \* ARABIC`,
		"cross-references":        `REF _Ref_t1 \h`,
		"a bookmark for them":     `w:name="_Ref_t1"`,
		"a header that repeats":   `<w:tblHeader/>`,
		"rows that stay whole":    `<w:cantSplit/>`,
		"alternative text":        `descr="2012年3，2013年5。"`,
		"SVG beside the PNG":      `svgBlip`,
		"a landscape section":     `w:orient="landscape"`,
		"the margins of GB/T":     `w:top="2098" w:right="1474" w:bottom="1984" w:left="1588"`,
		"the hostile text as one": `&lt;/w:t&gt;&lt;/a:t&gt;&lt;script&gt;`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing: %s", what, want)
		}
	}
	if strings.Contains(body, "<w:sz ") || strings.Contains(body, "<w:rFonts") || strings.Contains(body, "<w:jc ") && strings.Count(body, "<w:jc ") > strings.Count(body, "<w:tblPr>") {
		t.Error("something is set by hand and not by a style")
	}
	if !strings.Contains(ps["word/header1.xml"], "演示数据") || !strings.Contains(ps["word/footer1.xml"], "PAGE") {
		t.Error("header or footer lack what every page carries")
	}
	if !strings.Contains(ps["word/styles.xml"], "方正小标宋简体") || !strings.Contains(ps["word/fontTable.xml"], `<w:altName w:val="仿宋"/>`) {
		t.Error("the official fonts or their alternatives are not named")
	}
	if !strings.Contains(ps["docProps/core.xml"], "2015-06-30T00:00:00Z") {
		t.Error("the file is not dated by the as-of date")
	}
}

func TestSlidesStructure(t *testing.T) {
	f, err := format.Of("pptx")
	if err != nil {
		t.Fatal(err)
	}
	d := sample("zh", 300)
	ps := parts(t, write(t, f, d, pen(t)))
	related(t, ps)
	for i := range len(d.Slides) + 1 {
		if ps[fmt.Sprintf("ppt/slides/slide%d.xml", i+1)] == "" {
			t.Errorf("slide %d is missing", i+1)
		}
	}
	if !strings.Contains(ps["ppt/slides/slide2.xml"], `descr="2012年3，2013年5。"`) || !strings.Contains(ps["ppt/notesSlides/notesSlide2.xml"], "讲稿") {
		t.Error("alternative text or notes are missing")
	}
	if !strings.Contains(ps["ppt/slides/slide4.xml"], "另有") {
		t.Error("a long table does not say that it goes on")
	}
	if !strings.Contains(ps["ppt/presentation.xml"], `cx="12192000" cy="6858000"`) {
		t.Error("the slides are not 16:9")
	}
}

// TestSlideTablesStayOnTheSlide: rows are as high as their broken lines, and what has no
// room is counted instead.
func TestSlideTablesStayOnTheSlide(t *testing.T) {
	f, err := format.Of("pptx")
	if err != nil {
		t.Fatal(err)
	}
	office := "Economy and Trade Bureau, Federation of Industry and Commerce, Bureau of Science and Information"
	d := document.Document{Title: "A report", Lang: "en", Stamp: document.Stamp{AsOf: analytics.Date(2015, 6, 30)}}
	table := document.Table{Columns: []document.Column{{Title: "target", Width: 2}, {Title: "lead", Width: 1}, {Title: "done", Width: 2}}}
	for range 14 {
		table.Rows = append(table.Rows, []document.Cell{{Text: "Leading managers sent abroad"}, {Text: office}, {Text: "1"}})
	}
	short := table
	short.Rows = table.Rows[:2]
	d.Slides = []document.Slide{{Title: "long", Blocks: []document.Block{table}}, {Title: "short", Blocks: []document.Block{short}}}
	ps := parts(t, write(t, f, d, pen(t)))
	height := regexp.MustCompile(`<a:tr h="(\d+)"`)
	for n, more := range []bool{true, false} {
		slide := ps[fmt.Sprintf("ppt/slides/slide%d.xml", n+2)]
		sum := 0
		for _, m := range height.FindAllStringSubmatch(slide, -1) {
			h, err := strconv.Atoi(m[1])
			if err != nil {
				t.Fatal(err)
			}
			sum += h
		}
		const room = 6858000 - 134*12700 // below the title and above the foot
		if sum == 0 || sum > room {
			t.Errorf("slide %d: rows of %d in a place of about %d", n+2, sum, room)
		}
		if strings.Contains(slide, "more rows") != more {
			t.Errorf("slide %d says that there is more: %v", n+2, !more)
		}
	}
}

// TestABriefStaysOnOnePage: the lines of a document that should have one page stand
// closer when a few would run over, and as they should otherwise.
func TestABriefStaysOnOnePage(t *testing.T) {
	f, err := format.Of("docx")
	if err != nil {
		t.Fatal(err)
	}
	p := pen(t)
	for _, tt := range []struct {
		lines int
		one   bool
		want  string
	}{{10, true, "570"}, {20, true, "5[0-6]0|4[6-9]0"}, {20, false, "570"}, {60, true, "570"}} {
		d := document.Document{Title: "简报", Lang: "zh", OnePage: tt.one, Stamp: document.Stamp{AsOf: analytics.Date(2015, 6, 30)}}
		for range tt.lines / 2 {
			d.Blocks = append(d.Blocks, document.Text(strings.Repeat("截至今日完成率三成", 5)))
		}
		styles := parts(t, write(t, f, d, p))["word/styles.xml"]
		if !regexp.MustCompile(`w:styleId="Normal".*?w:line="(` + tt.want + `)" w:lineRule="exact"`).MatchString(styles) {
			t.Errorf("%d lines, one page %v: not %s", tt.lines, tt.one, tt.want)
		}
	}
}

func TestWorkbook(t *testing.T) {
	f, err := format.Of("xlsx")
	if err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(write(t, f, sample("zh", 5), pen(t))))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	sheets := x.GetSheetList()
	if len(sheets) != 5 {
		t.Fatalf("sheets %v", sheets)
	}
	raw := func(sheet, cell string) string {
		v, err := x.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := raw("表3 附表", "C4"); v != "1234.5" {
		t.Errorf("money is kept as %q", v)
	}
	if v := raw("表3 附表", "A4"); v != "00000" {
		t.Errorf("an id is kept as %q", v)
	}
	if v := raw("表1 各灯", "B4"); v != "0.346" {
		t.Errorf("a share is kept as %q", v)
	}
	formula, err := x.GetCellFormula("表1 各灯", "C4")
	if err != nil || formula != "" {
		t.Errorf("text became the formula %q (%v)", formula, err)
	}
	panes, err := x.GetPanes("表3 附表")
	if err != nil || !panes.Freeze || panes.YSplit != 3 {
		t.Errorf("the header is not frozen: %+v %v", panes, err)
	}
	ps := parts(t, write(t, f, sample("zh", 5), pen(t)))
	if ps["xl/charts/chart1.xml"] == "" {
		t.Error("there is no chart to be edited")
	}
}

func TestMarkupIsInert(t *testing.T) {
	p := pen(t)
	for _, name := range []string{"html", "md"} {
		f, err := format.Of(name)
		if err != nil {
			t.Fatal(err)
		}
		got := string(write(t, f, sample("zh", 3), p))
		if strings.Contains(got, "<script") || strings.Contains(got, "http://") && !strings.Contains(got, `xmlns="http://www.w3.org/2000/svg"`) {
			t.Errorf("%s carries a script or leads elsewhere", name)
		}
		if !strings.Contains(got, "演示数据") || !strings.Contains(got, "34.6%") {
			t.Errorf("%s lacks its text", name)
		}
	}
}

func TestPDF(t *testing.T) {
	f, err := format.Of("pdf")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.pdf")
	body := write(t, f, sample("zh", 400), pen(t))
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	if len(body) > 2<<20 {
		t.Errorf("%d bytes: the fonts are whole", len(body))
	}
	text := strings.ReplaceAll(tool(t, "pdftotext", "-layout", file, "-"), " ", "")
	for _, want := range []string{"某区人才工程监测评估报告", "一、总体情况", "表1", "图1", "00399", "演示数据", "—1—"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	if fonts := tool(t, "pdffonts", file); strings.Count(fonts, "yes") < 2 {
		t.Errorf("fonts are not embedded:\n%s", fonts)
	}
}

// tool runs a program of the machine, or says why the test stops here.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		fmt.Fprintf(os.Stderr, "*** %s: no %s on the PATH: what it would check is NOT checked ***\n", t.Name(), name)
		t.Skipf("no %s", name)
	}
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// TestOfficeOpens has LibreOffice open every file as an office would.
func TestOfficeOpens(t *testing.T) {
	p, dir := pen(t), t.TempDir()
	for _, name := range []string{"docx", "pptx", "xlsx"} {
		f, err := format.Of(name)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name+"."+name)
		if err := os.WriteFile(file, write(t, f, sample("zh", 30), p), 0o600); err != nil {
			t.Fatal(err)
		}
		tool(t, "soffice", "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "pdf", "--outdir", dir, file)
		text := tool(t, "pdftotext", filepath.Join(dir, name+".pdf"), "-")
		if !strings.Contains(text, "灯色") {
			t.Errorf("%s: what LibreOffice shows lacks the table:\n%.300s", name, text)
		}
	}
}

func TestALongAnnex(t *testing.T) {
	p := pen(t)
	for _, name := range []string{"docx", "xlsx", "html", "md"} {
		f, err := format.Of(name)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(write(t, f, sample("zh", 10_000), p)); n < 50_000 {
			t.Errorf("%s: %d bytes for 10,000 rows", name, n)
		}
	}
}

func BenchmarkFormats(b *testing.B) {
	p := pen(b)
	for _, f := range format.All() {
		b.Run(f.Name, func(b *testing.B) {
			d := sample("zh", 100)
			for b.Loop() {
				write(b, f, d, p)
			}
		})
	}
}
