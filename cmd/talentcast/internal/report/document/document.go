// Package document is a report before it has a format: its headings, sentences,
// tables and pictures in reading order, and the slides of a presentation. Who
// writes a report fills one; docx, pptx, pdf, xlsx, Markdown and HTML each write
// the same one out. It knows nothing of targets and nothing of formats.
package document

import (
	"time"
)

// Document is one report. The same Document gives the same bytes in every
// format: nothing in it comes from the clock.
type Document struct {
	Title    string // 荔湾区“555”工程监测评估报告
	Subtitle string // 截至2015年6月30日
	Lang     string // "zh" or "en"
	Stamp    Stamp
	Blocks   []Block
	// Slides are the report as a presentation, one message a slide; a format
	// that pages through text ignores them, pptx ignores Blocks.
	Slides []Slide
	// Editable asks for charts that Word and PowerPoint draw and edit, in place of
	// pictures, where there is a kind for them.
	Editable bool
	// OnePage asks to set the text closer rather than let a few lines run over to a
	// second page.
	OnePage bool
}

// Stamp is what every copy of a document carries, on each page: without it a
// figure taken from its context can't be traced.
type Stamp struct {
	Policy   string    // the policy's name
	AsOf     time.Time // the as-of date; also the time written into files instead of the clock
	Data     string    // state of the data: 数据更新至2015年6月30日
	Scenario string    // in words; empty for the baseline
	Version  string    // of the program, with the seed: 1.2.0 · 种子 555
	Organ    string    // who issues it; may be empty
	Demo     bool      // synthetic data: 演示数据 on every page and in the file's properties
}

// Block is a part of a document: [Heading], [Paragraph], [List], [Table],
// [Figure], [Contents] or [Break].
type Block interface{ block() }

// Heading opens a section. Numbers (一、（一）1.) are part of the text, since
// their form is a matter of language.
type Heading struct {
	Level int // 1 to 4
	Text  string
}

// Paragraph is one paragraph of running text.
type Paragraph struct {
	Runs  []Run
	Style Style
}

// Style is what a paragraph is, not how it looks; a format has a style for each.
type Style int

// The styles of paragraphs.
const (
	Body Style = iota // indented by two characters in Chinese
	Lead              // the one sentence a reader must not miss
	Note              // small print: sources, methods, remarks under a table
	Mark              // 演示数据 and other warnings, set apart
)

// Run is a stretch of text in one appearance.
type Run struct {
	Text  string
	Bold  bool
	Light Light  // a traffic light in front of the text; the text says the same in words
	Ref   string // ID of the Table or Figure this run refers to: 表3, 图2; Text is ignored then
}

// Light is a traffic light. It never stands alone: a sign and a word are with it.
type Light int

// The lights.
const (
	NoLight Light = iota
	Met           // 已完成
	Green
	Yellow
	Orange
	Red
	Grey // no data
)

// List is a list of short points.
type List struct {
	Items   [][]Run
	Ordered bool
}

// Align is how the cells of a column are set.
type Align int

// The alignments.
const (
	Left Align = iota
	Right
	Center
)

// Column is a column of a Table.
type Column struct {
	Title string // with its unit in brackets
	Align Align
	Width float64 // share of the others' sum; 0 is 1
}

// Cell is a cell as people read it, and, where it is a figure, as a workbook
// keeps it.
type Cell struct {
	Text  string
	Light Light
	Bold  bool
	// Value is the typed value: float64, decimal.Decimal, time.Time, or nil where
	// Text is all there is. Format is its number format: "0.0%", "#,##0.00".
	Value  any
	Format string
}

// Table is a table with a caption above it. Its header repeats on every page, and
// a row is never torn apart.
type Table struct {
	ID      string // for references; unique in the document
	Caption string // without its number: writers number tables in order, 表1
	Columns []Column
	Rows    [][]Cell // each as long as Columns
	Note    string   // under the table; may be empty
	Wide    bool     // set on a landscape page
}

// Figure is a picture with a caption below it.
type Figure struct {
	ID      string
	Caption string // without its number
	Alt     string // what the picture says, for who can't see it
	Option  []byte // the chart's ECharts option; the writers get SVG, PNG or vectors from it through a Drawer
	W, H    int    // CSS px of the option
	// Chart holds the figures as a chart that office programs can edit; nil where
	// none of their kinds shows the same.
	Chart *Chart
}

// Chart is a chart in the terms of office programs.
type Chart struct {
	Kind       Kind
	Title      string
	X, Y       string   // axis titles, with units
	Categories []string // one a point
	Series     []Series
}

// Kind is a kind of office chart.
type Kind int

// The kinds.
const (
	Lines   Kind = iota
	Columns      // upright bars
	Bars         // lying bars
	Stacked      // upright bars on each other
	Fan          // lines over stacked areas: the first series of a band is its lower edge, unfilled, the second its height
)

// Series is one series of a Chart; NaN leaves a gap.
type Series struct {
	Name   string
	Values []float64
	Color  string // #rrggbb
	Dash   bool
	Area   bool // in a Fan: stacked area instead of a line
	Clear  bool // in a Fan: the unfilled base a band stands on
	Format string
}

// Contents is the table of contents.
type Contents struct{ Title string }

// Break starts a new page.
type Break struct{}

func (Heading) block()   {}
func (Paragraph) block() {}
func (List) block()      {}
func (Table) block()     {}
func (Figure) block()    {}
func (Contents) block()  {}
func (Break) block()     {}

// Slide is one slide: one message as its title, what shows it below, and what
// the speaker needs at hand.
type Slide struct {
	Title string
	// Blocks are at most a Figure or Table beside a List or some Paragraphs.
	Blocks []Block
	Notes  []string // speaker notes: the figures behind the message, a paragraph each
}

// Text is a paragraph of plain running text.
func Text(s string) Paragraph { return Paragraph{Runs: []Run{{Text: s}}} }
