package datasets

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"talentcast/analytics"
)

// Ids stand in addresses and file names, so they are plain ASCII.
var (
	idForm           = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	jurisdictionForm = regexp.MustCompile(`^([0-9]{6}|[A-Z]{2}(-[A-Z0-9]{1,3})?)$`)
)

// policyHead is policy.yaml.
type policyHead struct {
	ID           string           `yaml:"id"`
	Name         bilingual        `yaml:"name"`
	Jurisdiction string           `yaml:"jurisdiction"`
	Place        bilingual        `yaml:"place"`
	Source       string           `yaml:"source"`
	Note         bilingual        `yaml:"note"`
	Frequency    string           `yaml:"frequency"`
	Plans        []headPlan       `yaml:"plans"`
	Departments  []headDepartment `yaml:"departments"`
}

type bilingual struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

type headPlan struct {
	ID string `yaml:"id"`
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

type headDepartment struct {
	ID       string   `yaml:"id"`
	Zh       string   `yaml:"zh"`
	En       string   `yaml:"en"`
	Synonyms []string `yaml:"synonyms"`
}

// readHead reads policy.yaml into c.policy. Its return is the fault of a file
// that can't be read at all; what is wrong within goes to c.problems.
func (c *catalogue) readHead() error {
	b, err := c.file(policyFile, false)
	if err != nil {
		return err
	}
	if !utf8.Valid(b) {
		c.wrongEncoding(policyFile)
		return c.fault()
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if line := tooDeep(b); line > 0 {
		c.wrong(policyFile, line, "", "这一行太长，或括号套了太多层；请分行书写，并检查括号是否成对。",
			"the line is too long, or brackets are nested too deeply; break it up and check that brackets come in pairs.")
		return c.fault()
	}
	h, err := c.decodeHead(b)
	switch {
	case errors.Is(err, io.EOF):
		c.wrong(policyFile, 0, "", "文件是空的；请按 policies/README.md 填写。",
			"the file is empty; fill it in as policies/README.md describes.")
		return c.fault()
	case err != nil:
		c.wrongYAML(err)
		return c.fault()
	}
	c.takeHead(h, newPlaces(b))
	return nil
}

// decodeHead decodes one YAML document and notes that there are more. The
// decoder panics on some malformed documents; that too is an error here.
func (c *catalogue) decodeHead(b []byte) (h policyHead, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the decoder gave up: %v", r)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict())
	if err := dec.Decode(&h); err != nil {
		return h, err
	}
	if err := dec.Decode(&policyHead{}); !errors.Is(err, io.EOF) {
		c.wrong(policyFile, 0, "", "文件里有不止一份文档（“---”）；一个文件只写一项政策。",
			"the file has more than one document (“---”); write one policy a file.")
	}
	return h, nil
}

// tooDeep returns the first line that is longer than maxLine or at whose end
// more than maxBrackets brackets are open, else 0. The decoder needs time in
// the square of a line's length and of the nesting.
func tooDeep(b []byte) int {
	const maxLine, maxBrackets = 4096, 16
	open, n := 0, 0
	for line := range bytes.Lines(b) {
		n++
		open += bytes.Count(line, []byte("[")) + bytes.Count(line, []byte("{"))
		open -= bytes.Count(line, []byte("]")) + bytes.Count(line, []byte("}"))
		if open = max(open, 0); len(line) > maxLine || open > maxBrackets {
			return n
		}
	}
	return 0
}

func (c *catalogue) wrongEncoding(file string) {
	c.wrong(file, 0, "", "不是 UTF-8 编码；请另存为 UTF-8（带不带 BOM 均可）。",
		"it is not UTF-8; save it as UTF-8, with or without a BOM.")
}

// wrongYAML notes an error of the YAML decoder, which words it in English.
func (c *catalogue) wrongYAML(err error) {
	line, message := 0, err.Error()
	var y yaml.Error
	if errors.As(err, &y) {
		message = y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			line = t.Position.Line
			message = fmt.Sprintf("%s (column %d)", message, t.Position.Column)
		}
	}
	zh, en := "YAML 写法有误（%s）；请检查缩进、冒号和引号。",
		"this is not valid YAML: %s; check indentation, colons and quotes."
	var unknown *yaml.UnknownFieldError
	var double *yaml.DuplicateKeyError
	var typ *yaml.TypeError
	var node *yaml.UnexpectedNodeTypeError
	switch {
	case errors.As(err, &unknown):
		zh, en = "没有这个字段（%s）；可用的字段见 policies/README.md。",
			"there is no such field: %s; policies/README.md lists the fields."
	case errors.As(err, &double):
		zh, en = "同一个字段写了两次（%s）；请删去一个。", "a field is given twice: %s; delete one."
	case errors.As(err, &typ), errors.As(err, &node):
		zh, en = "值的类型不对（%s）；写法见 policies/README.md。",
			"the value is of the wrong type: %s; policies/README.md shows the form."
	}
	c.wrong(policyFile, line, "", zh, en, message)
}

func (c *catalogue) takeHead(h policyHead, at yamlPlaces) {
	if !idForm.MatchString(h.ID) {
		c.wrongID(policyFile, at.line("$.id"), "id", h.ID)
	}
	if strings.TrimSpace(h.Name.Zh) == "" && strings.TrimSpace(h.Name.En) == "" {
		c.wrong(policyFile, at.line("$.name"), "name", "没有政策名称；请填写 zh、en，至少一项。",
			"the policy has no name; give zh, en or both.")
	}
	if !jurisdictionForm.MatchString(h.Jurisdiction) {
		c.wrong(policyFile, at.line("$.jurisdiction"), "jurisdiction",
			"“%s”不是地区代码；请填写 GB/T 2260 六位代码（荔湾区为 440103），境外填写 ISO 3166 代码。",
			"%q is not a place code; give the six digits of GB/T 2260 (440103 for Liwan), or an ISO 3166 code outside China.",
			h.Jurisdiction)
	}
	freq, err := analytics.ParseFrequency(h.Frequency)
	if err != nil || freq == analytics.Quarterly {
		c.wrong(policyFile, at.line("$.frequency"), "frequency",
			"“%s”不能用作预测频率；请填写 monthly（按月）或 yearly（按年）。",
			"%q is not a frequency of forecasts; write monthly or yearly.", h.Frequency)
	}
	c.policy = Policy{
		ID: h.ID, NameZh: firstText(h.Name.Zh, h.Name.En), NameEn: firstText(h.Name.En, h.Name.Zh),
		Jurisdiction: h.Jurisdiction,
		PlaceZh:      firstText(h.Place.Zh, h.Place.En), PlaceEn: firstText(h.Place.En, h.Place.Zh),
		Source: h.Source, NoteZh: strings.TrimSpace(h.Note.Zh), NoteEn: strings.TrimSpace(h.Note.En),
		Frequency: freq,
	}
	c.takePlans(h.Plans, at)
	c.takeDepartments(h.Departments, at)
}

func (c *catalogue) takePlans(plans []headPlan, at yamlPlaces) {
	seen := map[string]bool{}
	for i, p := range plans {
		c.newID(seen, at.line(fmt.Sprintf("$.plans[%d].id", i)), "plans", p.ID)
		c.policy.Plans = append(c.policy.Plans,
			Plan{ID: p.ID, NameZh: firstText(p.Zh, p.En), NameEn: firstText(p.En, p.Zh)})
	}
}

func (c *catalogue) takeDepartments(departments []headDepartment, at yamlPlaces) {
	ids, names := map[string]bool{}, map[string]string{}
	for i, d := range departments {
		line := at.line(fmt.Sprintf("$.departments[%d].id", i))
		c.newID(ids, line, "departments", d.ID)
		c.policy.Departments = append(c.policy.Departments, Department{
			ID:     d.ID,
			NameZh: firstText(d.Zh, d.En), NameEn: firstText(d.En, d.Zh), Synonyms: d.Synonyms,
		})
		for _, n := range append([]string{d.Zh}, d.Synonyms...) {
			if other, taken := names[n]; n != "" && taken && other != d.ID {
				c.wrong(policyFile, line, "departments",
					"“%s”既是 %s 的名称又是 %s 的名称；请只留一处，否则文件里的这个名称认不出是谁。",
					"%q names both %s and %s; keep one, or files that carry the name can't be told apart.",
					n, other, d.ID)
			}
			names[n] = d.ID
		}
	}
}

// newID checks the form of an id of policy.yaml and that it is not yet in seen.
func (c *catalogue) newID(seen map[string]bool, line int, column, id string) {
	switch {
	case !idForm.MatchString(id):
		c.wrongID(policyFile, line, column, id)
	case seen[id]:
		c.wrongDouble(policyFile, line, column, id)
	}
	seen[id] = true
}

func (c *catalogue) wrongID(file string, line int, column, id string) {
	c.wrong(file, line, column,
		"“%s”不能用作编号；编号用字母、数字、点、下划线和连字符，以字母或数字开头，不超过 64 个字符。",
		"%q can't be an id; use letters, digits, dots, underscores and hyphens, starting with a letter or digit, 64 at most.", id)
}

func (c *catalogue) wrongDouble(file string, line int, column, id string) {
	c.wrong(file, line, column, "编号“%s”重复；每个编号只能用一次，请改其中一个。",
		"the id %q is used twice; change one of them.", id)
}

// firstText is a, or b where a is blank.
func firstText(a, b string) string {
	if a = strings.TrimSpace(a); a != "" {
		return a
	}
	return strings.TrimSpace(b)
}

// yamlPlaces finds the lines of a YAML document's values.
type yamlPlaces struct{ file *ast.File }

// newPlaces parses a document that decodes without an error.
func newPlaces(b []byte) yamlPlaces {
	f, err := parser.ParseBytes(b, 0)
	if err != nil {
		return yamlPlaces{}
	}
	return yamlPlaces{f}
}

// line returns the line of the value at path ("$.plans[2].id"), or 0 where
// there is none.
func (p yamlPlaces) line(path string) int {
	if p.file == nil {
		return 0
	}
	y, err := yaml.PathString(path)
	if err != nil {
		return 0
	}
	n, err := y.FilterFile(p.file)
	if err != nil || n == nil || n.GetToken() == nil {
		return 0
	}
	return n.GetToken().Position.Line
}
