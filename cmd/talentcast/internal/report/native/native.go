// Package native writes a chart as Word and PowerPoint draw it themselves: a part of
// DrawingML (ECMA-376-1, 21.2), with the workbook inside that Edit Data opens. The
// figures stand in the part too, so that the chart shows before anybody edits it.
package native

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/ooxml"
)

// Graphic is the address by which a document says that a graphic is such a chart.
const Graphic = "http://schemas.openxmlformats.org/drawingml/2006/chart"

const (
	kind     = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
	workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	sheet    = "Sheet1"
	// The axes are named by numbers.
	across, up = 111, 222
)

// Add adds chart number n to a package, under a folder of it (word, ppt), and
// relates the part from to it. It returns the id of the relation.
func Add(p *ooxml.Package, folder, from, target string, n int, c *document.Chart, lang string, at time.Time) (string, error) {
	book, err := data(c, at)
	if err != nil {
		return "", fmt.Errorf("chart to be edited: %w", err)
	}
	name := fmt.Sprintf("%s/charts/chart%d.xml", folder, n)
	p.Ending("xlsx", workbook)
	p.Add(fmt.Sprintf("%s/embeddings/chart%d.xlsx", folder, n), "", book)
	inside := p.Relate(name, "package", fmt.Sprintf("../embeddings/chart%d.xlsx", n))
	p.Add(name, kind, part(c, lang, inside))
	return p.Relate(from, "chart", fmt.Sprintf("%scharts/chart%d.xml", target, n)), nil
}

// data is the workbook with the chart's figures: a column a series.
func data(c *document.Chart, at time.Time) (book []byte, err error) {
	f := excelize.NewFile()
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	set := func(col, row int, v any) error {
		cell, err := excelize.CoordinatesToCellName(col, row)
		if err != nil {
			return err
		}
		return f.SetCellValue(sheet, cell, v)
	}
	if err := set(1, 1, document.Clean(c.X)); err != nil {
		return nil, err
	}
	for k, name := range c.Categories {
		if err := set(1, k+2, document.Clean(name)); err != nil {
			return nil, err
		}
	}
	for i, s := range c.Series {
		if err := set(i+2, 1, document.Clean(s.Name)); err != nil {
			return nil, err
		}
		for k, v := range s.Values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				continue
			}
			if err := set(i+2, k+2, v); err != nil {
				return nil, err
			}
		}
	}
	stamp := at.UTC().Format(time.RFC3339)
	if err := f.SetDocProps(&excelize.DocProperties{Creator: "talentcast", LastModifiedBy: "talentcast", Created: stamp, Modified: stamp}); err != nil {
		return nil, err
	}
	var raw, out bytes.Buffer
	if err := f.Write(&raw); err != nil {
		return nil, err
	}
	err = ooxml.Repack(&out, raw.Bytes(), at)
	return out.Bytes(), err
}

type writer struct {
	bytes.Buffer
	c    *document.Chart
	lang string
}

func (x *writer) printf(format string, args ...any) { fmt.Fprintf(x, format, args...) }

// part is the chart itself.
func part(c *document.Chart, lang, inside string) []byte {
	x := &writer{c: c, lang: lang}
	x.printf(ooxml.Header+`<c:chartSpace xmlns:c="%s" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="%s"><c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>`, Graphic, ooxml.Relations)
	switch c.Kind {
	case document.Fan:
		x.group("areaChart", `<c:grouping val="stacked"/><c:varyColors val="0"/>`, func(s document.Series) bool { return s.Area || s.Clear })
		x.group("lineChart", `<c:grouping val="standard"/><c:varyColors val="0"/>`, func(s document.Series) bool { return !s.Area && !s.Clear })
	case document.Columns, document.Bars, document.Stacked:
		x.bars()
	default:
		x.group("lineChart", `<c:grouping val="standard"/><c:varyColors val="0"/>`, func(document.Series) bool { return true })
	}
	x.axes()
	x.printf(`</c:plotArea>`)
	x.legend()
	x.printf(`<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>`)
	font := "微软雅黑"
	if lang == "en" {
		font = "Arial"
	}
	x.printf(`<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900"><a:solidFill><a:srgbClr val="16222E"/></a:solidFill><a:latin typeface="Arial"/><a:ea typeface="%s"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>`, font)
	x.printf(`<c:externalData r:id="%s"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>`, inside)
	return x.Bytes()
}

// group is the series of one kind, on the axes that all share.
func (x *writer) group(name, head string, is func(document.Series) bool) {
	any := false
	for i, s := range x.c.Series {
		if !is(s) {
			continue
		}
		if !any {
			x.printf(`<c:%s>%s`, name, head)
			any = true
		}
		x.series(i, s, name)
	}
	if !any {
		return
	}
	if name == "lineChart" {
		x.printf(`<c:marker val="1"/>`)
	}
	x.printf(`<c:axId val="%d"/><c:axId val="%d"/></c:%s>`, across, up, name)
}

func (x *writer) bars() {
	dir, grouping, overlap := "col", "clustered", ""
	switch x.c.Kind {
	case document.Bars:
		dir = "bar"
	case document.Stacked: // as the workbook has them: lying, on each other
		dir, grouping, overlap = "bar", "stacked", `<c:overlap val="100"/>`
	}
	x.printf(`<c:barChart><c:barDir val="%s"/><c:grouping val="%s"/><c:varyColors val="0"/>`, dir, grouping)
	for i, s := range x.c.Series {
		x.series(i, s, "barChart")
	}
	x.printf(`<c:gapWidth val="60"/>%s<c:axId val="%d"/><c:axId val="%d"/></c:barChart>`, overlap, across, up)
}

func (x *writer) series(i int, s document.Series, group string) {
	col, err := excelize.ColumnNumberToName(i + 2)
	if err != nil {
		return // there are no so many columns
	}
	last := len(x.c.Categories) + 1
	x.printf(`<c:ser><c:idx val="%d"/><c:order val="%d"/><c:tx><c:strRef><c:f>%s!$%s$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>%s</c:v></c:pt></c:strCache></c:strRef></c:tx>`,
		i, i, sheet, col, ooxml.Text(s.Name))
	x.appearance(s, group)
	x.printf(`<c:cat><c:strRef><c:f>%s!$A$2:$A$%d</c:f><c:strCache><c:ptCount val="%d"/>`, sheet, last, len(x.c.Categories))
	for k, name := range x.c.Categories {
		x.printf(`<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, k, ooxml.Text(name))
	}
	x.printf(`</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>%s!$%s$2:$%s$%d</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="%d"/>`, sheet, col, col, last, len(x.c.Categories))
	for k, v := range s.Values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			x.printf(`<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, k, strconv.FormatFloat(v, 'g', -1, 64))
		}
	}
	x.printf(`</c:numCache></c:numRef></c:val>`)
	if group == "lineChart" {
		x.printf(`<c:smooth val="0"/>`)
	}
	x.printf(`</c:ser>`)
}

// appearance is the look of a series in a group.
func (x *writer) appearance(s document.Series, group string) {
	fill := `<a:solidFill><a:srgbClr val="` + color(s.Color) + `"/></a:solidFill>`
	none := `<a:ln><a:noFill/></a:ln>`
	switch {
	case s.Clear:
		x.printf(`<c:spPr><a:noFill/>%s</c:spPr>`, none)
	case group == "lineChart":
		dash := ""
		if s.Dash {
			dash = `<a:prstDash val="dash"/>`
		}
		x.printf(`<c:spPr><a:ln w="25400" cap="rnd">%s%s<a:round/></a:ln></c:spPr><c:marker><c:symbol val="none"/></c:marker>`, fill, dash)
	case group == "barChart":
		x.printf(`<c:spPr>%s%s</c:spPr><c:invertIfNegative val="0"/>`, fill, none)
	default:
		x.printf(`<c:spPr>%s%s</c:spPr>`, fill, none)
	}
}

// color is a colour without its sign; the first of the theme where none is given.
func color(s string) string {
	if len(s) == 7 && s[0] == '#' {
		s = s[1:]
	}
	if len(s) != 6 {
		return "0B5FA5"
	}
	return s
}

// mostTicks is how many names an axis has room for.
const mostTicks = 12

func (x *writer) axes() {
	lying := x.c.Kind == document.Bars || x.c.Kind == document.Stacked
	bottom, left, skip := "b", "l", ""
	if lying { // every bar has its name
		bottom, left, skip = "l", "b", `<c:tickLblSkip val="1"/>`
	}
	if n := len(x.c.Categories); !lying && n > mostTicks {
		skip = fmt.Sprintf(`<c:tickLblSkip val="%d"/><c:tickMarkSkip val="%d"/>`, (n+mostTicks-1)/mostTicks, (n+mostTicks-1)/mostTicks)
	}
	line := `<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="8A96A3"/></a:solidFill></a:ln></c:spPr>`
	x.printf(`<c:catAx><c:axId val="%d"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="%s"/>%s<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>%s<c:crossAx val="%d"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>%s<c:noMultiLvlLbl val="1"/></c:catAx>`,
		across, bottom, titled(x.c.X), line, up, skip)
	x.printf(`<c:valAx><c:axId val="%d"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="%s"/><c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="DDE3E9"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>%s<c:numFmt formatCode="#,##0.##" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr><c:crossAx val="%d"/><c:crosses val="autoZero"/><c:crossBetween val="%s"/></c:valAx>`,
		up, left, titled(x.c.Y), across, x.between())
}

// between says whether points stand on the marks of an axis or bars between them.
func (x *writer) between() string {
	if x.c.Kind == document.Fan || x.c.Kind == document.Lines {
		return "midCat"
	}
	return "between"
}

func titled(s string) string {
	if s == "" {
		return ""
	}
	return `<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900" b="0"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="900" b="0"/><a:t>` + ooxml.Text(s) + `</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>`
}

// legend names the series but the clear ones and, of a band in two parts, the
// second; one series needs none.
func (x *writer) legend() {
	if len(x.c.Series) < 2 {
		return
	}
	x.printf(`<c:legend><c:legendPos val="b"/>`)
	seen := map[string]bool{}
	for i, s := range x.c.Series {
		if s.Clear || s.Area && seen[s.Color] {
			x.printf(`<c:legendEntry><c:idx val="%d"/><c:delete val="1"/></c:legendEntry>`, i)
		}
		seen[s.Color] = seen[s.Color] || s.Area
	}
	x.printf(`<c:overlay val="0"/></c:legend>`)
}
