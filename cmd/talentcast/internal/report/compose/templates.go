package compose

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"talentcast/analytics/fault"
	"talentcast/analytics/phrase"
)

//go:embed templates/*.tmpl
var shipped embed.FS

// The bounds of edited templates and of what they write.
const (
	MostTemplate = 64 << 10 // bytes of a file
	mostSentence = 32 << 10 // bytes that one of them may write
)

// Templates are the sentences of a language.
type Templates struct {
	set *template.Template
}

// ShippedText is the file of templates that the program brings.
func ShippedText(lang string) string {
	b, err := shipped.ReadFile("templates/" + pick(lang, phrase.Zh, phrase.En) + ".tmpl")
	if err != nil {
		return "" // it is embedded
	}
	return string(b)
}

// Shipped are the templates that the program brings.
func Shipped(lang string) (*Templates, error) { return Parse(ShippedText(lang), lang) }

// Parse reads a file of templates. Those that the file leaves out are the shipped
// ones. Templates see only the figures they are given; they can't call one another
// and can't loop over anything but lists, so that each ends.
//
// Faults are Invalid or TooLarge and name the line.
func Parse(text, lang string) (*Templates, error) {
	if len(text) > MostTemplate {
		return nil, fault.Newf(fault.TooLarge, "模板超过 %[1]d KB；请缩短。", "The templates are over %[1]d kB; shorten them.", MostTemplate>>10)
	}
	base, err := template.New(lang).Parse(ShippedText(lang))
	if err != nil {
		return nil, fmt.Errorf("shipped templates: %w", err)
	}
	var known []string
	for _, t := range base.Templates() {
		known = append(known, t.Name())
	}
	set, err := base.New("file").Parse(text)
	if err != nil {
		return nil, explained(err)
	}
	for _, t := range set.Templates() {
		if !slices.Contains(known, t.Name()) && t.Name() != "file" && t.Name() != lang {
			return nil, fault.Newf(fault.Invalid, "没有名为“%[1]s”的句子；可用的名称见导出的模板。", "There is no sentence named %[1]q; the exported file has all names.", t.Name())
		}
		if t.Tree == nil {
			continue
		}
		if err := harmless(t.Tree, t.Root, 0); err != nil {
			return nil, err
		}
	}
	ts := &Templates{set: set}
	return ts, ts.try(lang)
}

// explained makes a fault of what the template engine says; it names the line.
func explained(err error) error {
	said := strings.TrimPrefix(err.Error(), "template: ")
	said = strings.TrimPrefix(said, "file:")
	return fault.Newf(fault.Invalid, "模板有误，第 %[1]s 。请改正后再交。", "The templates are faulty, line %[1]s. Correct them and hand them in again.", said)
}

// harmless refuses what could keep a template from ending.
func harmless(tree *parse.Tree, n parse.Node, loops int) error {
	bad := func(n parse.Node, zh, en string) error {
		at, _ := tree.ErrorContext(n)
		at = strings.TrimPrefix(at, "file:")
		return fault.Newf(fault.Invalid, "模板第 %[1]s 处："+zh, "The templates, line %[1]s: "+en, at)
	}
	branch := func(b *parse.BranchNode, loops int) error {
		for _, l := range []*parse.ListNode{b.List, b.ElseList} {
			if l != nil {
				if err := harmless(tree, l, loops); err != nil {
					return err
				}
			}
		}
		return nil
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, x := range n.Nodes {
			if err := harmless(tree, x, loops); err != nil {
				return err
			}
		}
	case *parse.IfNode:
		return branch(&n.BranchNode, loops)
	case *parse.WithNode:
		return branch(&n.BranchNode, loops)
	case *parse.RangeNode:
		if loops > 0 {
			return bad(n, "range 里不能再有 range。", "a range can't stand within another.")
		}
		if !overList(n.Pipe) {
			return bad(n, "range 只能用于列表，如 {{range .Changes}}。", "range goes over a list only, such as {{range .Changes}}.")
		}
		return branch(&n.BranchNode, loops+1)
	case *parse.TemplateNode:
		return bad(n, "句子之间不能互相调用。", "a sentence can't call another.")
	}
	return nil
}

// overList reports whether a pipe is one field of what the template is given.
func overList(p *parse.PipeNode) bool {
	if len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		return false
	}
	f, ok := p.Cmds[0].Args[0].(*parse.FieldNode)
	return ok && slices.Contains([]string{"Headlines", "Urgent", "Changes", "Scenarios"}, f.Ident[len(f.Ident)-1])
}

// try has every sentence written once for figures that exist and once for none.
func (ts *Templates) try(lang string) error {
	full := facts{Changes: []changeFacts{{}}, Headlines: []targetFacts{{}}, Urgent: []targetFacts{{}}}
	fill(&full, lang)
	t := targetFacts{}
	fill(&t, lang)
	s := scenarioFacts{}
	fill(&s, lang)
	p := planFacts{}
	fill(&p, lang)
	c := selectionFacts{facts: full, Scenarios: []scenarioFacts{s}}
	for _, x := range ts.set.Templates() {
		if x.Tree == nil || x.Name() == "file" || x.Name() == lang {
			continue
		}
		for _, data := range examples(x.Name(), full, t, p, s, c) {
			if _, err := ts.say(x.Name(), data); err != nil {
				return err
			}
		}
	}
	return nil
}

// examples is what a sentence is given, with figures and without.
func examples(name string, f facts, t targetFacts, p planFacts, s scenarioFacts, c selectionFacts) []any {
	switch name {
	case "target", "pace", "slide.target":
		return []any{t, targetFacts{}, targetFacts{IsMet: true}, targetFacts{NoData: true}}
	case "plan":
		return []any{p, planFacts{}}
	case "scenario":
		return []any{s, scenarioFacts{}}
	case "opening.selection", "slide.selection", "title.selection":
		return []any{c, selectionFacts{}}
	}
	return []any{f, facts{}}
}

// say writes one sentence.
func (ts *Templates) say(name string, facts any) (string, error) {
	x := ts.set.Lookup(name)
	if x == nil {
		return "", fmt.Errorf("report: there is no template %s", name)
	}
	var b bounded
	if err := x.Execute(&b, facts); err != nil {
		if errors.Is(err, errLong) {
			return "", fault.Newf(fault.TooLarge, "句子“%[1]s”写得太长；请缩短模板。", "The sentence %[1]q becomes too long; shorten its template.", name)
		}
		return "", explained(err)
	}
	return strings.TrimSpace(b.String()), nil
}

var errLong = errors.New("too long")

// bounded is a buffer that takes only so much.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > mostSentence {
		return 0, errLong
	}
	return b.Buffer.Write(p)
}
