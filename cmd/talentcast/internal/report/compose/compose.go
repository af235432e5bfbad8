// Package compose writes reports: it takes outlooks and says, in sentences,
// tables and charts, what a reader has to know, as a document that every format
// can be made of. Its sentences come from templates that a planner can edit
// ([Templates]); it writes none for figures that do not exist.
package compose

import (
	"slices"
	"strings"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/cmd/talentcast/internal/report/document"
)

// Kind is a kind of report.
type Kind string

// The kinds.
const (
	Brief       Kind = "brief"       // 简报: one page for leadership
	Evaluation  Kind = "evaluation"  // 监测评估报告: the annual evaluation the policy asks for
	Supervision Kind = "supervision" // 督办单: what one department is asked to do
	Selection   Kind = "selection"   // 情景比选报告: scenarios side by side
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Brief, Evaluation, Supervision, Selection} }

// Name is the kind in words.
func (k Kind) Name(lang string) string {
	switch k {
	case Brief:
		return pick(lang, "简报", "Brief")
	case Evaluation:
		return pick(lang, "监测评估报告", "Monitoring and evaluation report")
	case Supervision:
		return pick(lang, "部门督办单", "Notice to a department")
	case Selection:
		return pick(lang, "情景比选报告", "Comparison of scenarios")
	}
	return string(k)
}

// KindOf reads a kind by its name in the address or on the command line, or its
// Chinese name. Others are [fault.Invalid].
func KindOf(name string) (Kind, error) {
	var known []string
	for _, k := range Kinds() {
		if name == string(k) || name == k.Name(phrase.Zh) {
			return k, nil
		}
		known = append(known, string(k)+" "+k.Name(phrase.Zh))
	}
	return "", fault.Newf(fault.Invalid, "没有报告种类“%[1]s”；可用：%[2]s。", "There is no kind of report %[1]q; there are %[2]s.", name, strings.Join(known, ", "))
}

// Input is what a report is written from.
type Input struct {
	Outlook  *outlook.Outlook // the baseline, or the scenario that the report is about
	Baseline *outlook.Outlook // beside a scenario; nil where Outlook is the baseline
	Changes  *outlook.Changes // since an earlier day; nil leaves them out
	Health   *outlook.Health  // of the data; nil leaves overdue data out
	// Department is whom a notice goes to.
	Department string
	// Scenarios are compared with the baseline, four at most.
	Scenarios []report.Compared

	Lang      string
	Version   string // of the program
	Organ     string // who issues the report; may be empty
	Templates *Templates
}

// Compose writes the report. Faults: Invalid for a notice without a department and
// for a comparison without scenarios, NotFound for a department the policy has not,
// and what an edited template gets wrong.
func Compose(kind Kind, in Input) (document.Document, error) {
	if in.Templates == nil {
		var err error
		if in.Templates, err = Shipped(in.Lang); err != nil {
			return document.Document{}, err
		}
	}
	w := &writer{Input: in, f: factsOf(in)}
	switch kind {
	case Brief:
		w.brief()
	case Evaluation:
		w.evaluation()
	case Supervision:
		if err := w.settleDepartment(); err != nil {
			return document.Document{}, err
		}
		w.supervision()
	case Selection:
		if len(in.Scenarios) == 0 {
			return document.Document{}, fault.New(fault.Invalid, "情景比选报告至少要有一个情景；请先在情景页保存，再选择。",
				"A comparison needs one scenario at least; save one on the scenario page, then choose it.")
		}
		w.selection()
	default:
		_, err := KindOf(string(kind))
		return document.Document{}, err
	}
	if w.err != nil {
		return document.Document{}, w.err
	}
	d := document.Document{
		Title: w.say("title", string(kind), w.f), Subtitle: w.f.AsOf, Lang: in.Lang, Stamp: w.stamp(), Blocks: w.blocks, Slides: w.slides,
		OnePage: kind == Brief,
	}
	return d, w.err
}

// writer collects a document. The first error stays; what comes after it is not
// looked at.
type writer struct {
	Input
	f      facts
	blocks []document.Block
	slides []document.Slide
	tables int
	err    error
}

func (w *writer) add(b ...document.Block) { w.blocks = append(w.blocks, b...) }

func (w *writer) heading(level int, text string) { w.add(document.Heading{Level: level, Text: text}) }

// paragraph adds what a template says, a paragraph a line; nothing for nothing.
func (w *writer) paragraph(style document.Style, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			w.add(document.Paragraph{Runs: []document.Run{{Text: line}}, Style: style})
		}
	}
}

// say is what the template says of the facts.
func (w *writer) say(name, of string, facts any) string {
	if w.err != nil {
		return ""
	}
	if of != "" {
		name += "." + of
	}
	s, err := w.Templates.say(name, facts)
	if err != nil {
		w.err = err
	}
	return s
}

// stamp is what every page carries.
func (w *writer) stamp() document.Stamp {
	s := Stamp(w.Outlook, w.Lang, w.Version)
	s.Organ = w.Organ
	return s
}

// Stamp says where what is written from an outlook comes from.
func Stamp(o *outlook.Outlook, lang, version string) document.Stamp {
	s := document.Stamp{
		Policy: o.Policy.Name(lang), AsOf: o.AsOf.Time, Demo: o.State.Demo,
		Data:    pick(lang, "数据状态 ", "data state ") + o.State.Version,
		Version: version + pick(lang, " · 种子 ", " · seed ") + phrase.Number(float64(o.Seed), 0),
	}
	if !o.Scenario.Baseline() {
		s.Scenario = report.ScenarioText(o, lang)
	}
	return s
}

// settleDepartment checks whom the notice goes to.
func (w *writer) settleDepartment() error {
	if w.Department == "" {
		return fault.New(fault.Invalid, "督办单要指明部门；请选择一个部门。", "A notice goes to one department; choose it.")
	}
	d, ok := w.Outlook.Policy.Department(w.Department)
	if !ok {
		return fault.Newf(fault.NotFound, "没有部门“%[1]s”；请在总览的筛选框中选择。", "There is no department %[1]q; choose one in the overview's filter.", w.Department)
	}
	w.f.Department = d.Name(w.Lang)
	return nil
}

// numbered writes a heading's number: 一、 （一） 1. in Chinese, 1. 1.1 in English
// is left to the reader's eye.
func (w *writer) numbered(level, n int, text string) string {
	if w.Lang == phrase.En {
		return text
	}
	switch level {
	case 1:
		return numeral(n) + "、" + text
	case 2:
		return "（" + numeral(n) + "）" + text
	}
	return phrase.Number(float64(n), 0) + "." + text
}

// numeral writes 1 to 99 in Chinese.
func numeral(n int) string {
	digits := []rune("〇一二三四五六七八九")
	switch {
	case n < 10:
		return string(digits[n])
	case n < 20:
		return strings.TrimSuffix("十"+string(digits[n%10]), "〇")
	}
	return strings.TrimSuffix(string(digits[n/10])+"十"+string(digits[n%10]), "〇")
}

func pick(lang, zh, en string) string {
	if lang == phrase.En {
		return en
	}
	return zh
}

// leads reports whether the department leads the target.
func leads(x *outlook.Target, department string) bool { return slices.Contains(x.Lead, department) }
