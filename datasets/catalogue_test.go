package datasets

import (
	"archive/zip"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"talentcast/analytics"
	"talentcast/analytics/fault"
)

const (
	smallHead = `id: demo
name: {zh: 示例, en: Example}
jurisdiction: "440103"
place: {zh: 荔湾区, en: Liwan}
source: 文件
frequency: monthly
plans:
  - {id: P1, zh: 计划一, en: Plan one}
departments:
  - {id: rsj, zh: 区人社局, en: Bureau, synonyms: [人社局]}
  - {id: mzj, zh: 区民政局, en: Civil affairs}
`
	smallTargets = `id,plan,name_zh,measure,low,high,unit,start,early,late,parent,relation,lead,coop
A,P1,全部,cumulative,10,12.5,人,2012-01-01,2016-12-31,2021-12-31,,,rsj;mzj,
B,P1,"部分, 其中",cumulative,4,,人,2012-01-01,2016-12-31,2021-12-31,A,subset,rsj,mzj
`
	smallCategories = "kind,target,plan,name,synonyms,value\ntalent,B,P1,硕士,硕士研究生；硕士学位,persons\nfund,,,支出,,amount\n"
)

func small(head, targets, categories string) fstest.MapFS {
	return fstest.MapFS{
		"x/policy.yaml":    {Data: []byte(head)},
		"x/targets.csv":    {Data: []byte(targets)},
		"x/categories.csv": {Data: []byte(categories)},
	}
}

func number(v float64) *float64 { return &v }

func TestReadPolicy(t *testing.T) {
	early, late := analytics.Date(2016, 12, 31), analytics.Date(2021, 12, 31)
	start := analytics.Date(2012, 1, 1)
	want := Policy{
		ID: "demo", NameZh: "示例", NameEn: "Example", Jurisdiction: "440103", PlaceZh: "荔湾区", PlaceEn: "Liwan",
		Source: "文件", Frequency: analytics.Monthly,
		Plans: []Plan{{ID: "P1", NameZh: "计划一", NameEn: "Plan one"}},
		Departments: []Department{
			{ID: "rsj", NameZh: "区人社局", NameEn: "Bureau", Synonyms: []string{"人社局"}},
			{ID: "mzj", NameZh: "区民政局", NameEn: "Civil affairs"},
		},
		Targets: []Target{
			{
				ID: "A", PlanID: "P1", NameZh: "全部", NameEn: "全部", Measure: Cumulative, Low: number(10), High: number(12.5),
				Unit: "人", Start: start, Early: early, Late: late, Lead: []string{"rsj", "mzj"},
			},
			{
				ID: "B", PlanID: "P1", NameZh: "部分, 其中", NameEn: "部分, 其中", Measure: Cumulative, Low: number(4),
				Unit: "人", Start: start, Early: early, Late: late, ParentID: "A", Relation: Subset,
				Lead: []string{"rsj"}, Coop: []string{"mzj"},
			},
		},
		Categories: []Category{
			{Kind: Talent, Target: "B", Plan: "P1", Name: "硕士", Synonyms: []string{"硕士研究生", "硕士学位"}, Value: Persons},
			{Kind: Fund, Name: "支出", Value: Amount},
		},
	}
	bom := "\ufeff"
	for name, fsys := range map[string]fs.FS{
		"plain":       small(smallHead, smallTargets, smallCategories),
		"BOM, CRLF":   small(bom+smallHead, bom+strings.ReplaceAll(smallTargets, "\n", "\r\n"), bom+smallCategories),
		"blank lines": small(smallHead, smallTargets+",,,,,,,,,,,,,\n", smallCategories+"\n\n"),
		"bare number": small(strings.Replace(smallHead, `"440103"`, "440103", 1), smallTargets, smallCategories),
	} {
		got, err := ReadPolicy(fsys, "x")
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	noCategories := small(smallHead, smallTargets, "")
	delete(noCategories, "x/categories.csv")
	if p, err := ReadPolicy(noCategories, "x"); err != nil || len(p.Categories) != 0 {
		t.Errorf("without categories.csv: %d categories, %v", len(p.Categories), err)
	}
}

// Each case changes one thing; the fault must name the place and the thing.
func TestReadPolicyFaults(t *testing.T) {
	head := func(old, new string) fs.FS {
		return small(strings.Replace(smallHead, old, new, 1), smallTargets, smallCategories)
	}
	targets := func(old, new string) fs.FS {
		return small(smallHead, strings.Replace(smallTargets, old, new, 1), smallCategories)
	}
	categories := func(old, new string) fs.FS {
		return small(smallHead, smallTargets, strings.Replace(smallCategories, old, new, 1))
	}
	for name, c := range map[string]struct {
		fsys   fs.FS
		zh, en string
	}{
		"unknown field":        {head("source:", "sauce:"), "policy.yaml 第 5 行：没有这个字段", "policy.yaml, line 5: there is no such field"},
		"double field":         {head("source: 文件", "source: 文件\nsource: 又"), "policy.yaml 第 6 行", "policy.yaml, line 6"},
		"wrong type":           {head("plans:\n", "plans: 3\nx:\n"), "policy.yaml 第", "policy.yaml, line"},
		"broken yaml":          {head("name: {zh", "name: [zh"), "YAML 写法有误", "not valid YAML"},
		"two documents":        {head("plans:", "---\nplans:"), "不止一份文档", "more than one document"},
		"empty yaml":           {small("", smallTargets, ""), "policy.yaml：文件是空的", "policy.yaml: the file is empty"},
		"nested brackets":      {small(strings.Repeat("[", 100), smallTargets, ""), "policy.yaml 第 1 行：这一行太长", "policy.yaml, line 1: the line is too long"},
		"nested over lines":    {small(strings.Repeat("[\n", 100), smallTargets, ""), "policy.yaml 第 17 行：这一行太长", "policy.yaml, line 17: the line is too long"},
		"long line":            {head("source: ", "source: "+strings.Repeat("&a ", 2000)), "policy.yaml 第 5 行：这一行太长", "policy.yaml, line 5: the line is too long"},
		"decoder's panic":      {small("id: a\nplans:\n ! #x\nb\n", smallTargets, ""), "the decoder gave up", "the decoder gave up"},
		"GBK yaml":             {small("id: \xd6\xd0", smallTargets, ""), "另存为 UTF-8", "save it as UTF-8"},
		"bad id":               {head("id: demo", "id: de/mo"), "policy.yaml 第 1 行 id 列", "line 1, column id"},
		"no name":              {head("{zh: 示例, en: Example}", "{zh: '', en: ''}"), "没有政策名称", "no name"},
		"bad jurisdiction":     {head("440103", "44010"), "GB/T 2260", "GB/T 2260"},
		"bad frequency":        {head("monthly", "weekly"), "policy.yaml 第 6 行 frequency 列：“weekly”", `line 6, column frequency: "weekly"`},
		"quarterly":            {head("monthly", "quarterly"), "monthly（按月）", "monthly or yearly"},
		"plan twice":           {head("en: Plan one}", "en: Plan one}\n  - {id: P1, zh: 又}"), "policy.yaml 第 9 行 plans 列：编号“P1”重复", "line 9, column plans"},
		"department name":      {head("zh: 区民政局", "zh: 人社局"), "“人社局”既是 rsj", `"人社局" names both rsj and mzj`},
		"unknown column":       {targets("unit,start", "unit,begin"), "不认识表头“begin”", `no column "begin"`},
		"column twice":         {targets("early,late", "early,early"), "两个“early”", `"early" twice`},
		"column missing":       {targets("measure,low", "every,low"), "缺少“measure”", `lacks "measure"`},
		"no rows":              {small(smallHead, "id,name_zh,measure\n", ""), "一个目标也没有", "no target"},
		"empty file":           {small(smallHead, "", ""), "targets.csv：文件是空的", "targets.csv: the file is empty"},
		"GBK csv":              {targets("全部", "\xd6\xd0"), "targets.csv：不是 UTF-8", "targets.csv: it is not UTF-8"},
		"unquoted comma":       {targets(`"部分, 其中"`, "部分, 其中"), "targets.csv 第 3 行：这一行的格数", "targets.csv, line 3: this row"},
		"stray quote":          {targets("全部", `全"部`), "targets.csv 第 2 行：CSV 写法有误", "targets.csv, line 2: this is not valid CSV"},
		"target twice":         {targets("\nB,", "\nA,"), "targets.csv 第 3 行 id 列：编号“A”重复", "targets.csv, line 3, column id"},
		"no target name":       {targets("全部", ""), "targets.csv 第 2 行 name_zh 列：不能为空", "line 2, column name_zh"},
		"unknown measure":      {targets("cumulative,10", "sum,10"), "第 2 行 measure 列：不认识“sum”", `line 2, column measure: there is no "sum"`},
		"number with unit":     {targets("12.5", "12人"), "第 2 行 high 列：“12人”不是数", `column high: "12人" is not a number`},
		"number NaN":           {targets("12.5", "NaN"), "不是数", "not a number"},
		"number hex":           {targets("12.5", "0x1p4"), "不是数", "not a number"},
		"number huge":          {targets("12.5", strings.Repeat("9", 400)), "不是数", "not a number"},
		"low above high":       {targets("12.5", "2.5"), "上限小于下限", "below low"},
		"bad date":             {targets("2016-12-31", "2016-13-31"), "第 2 行 early 列：“2016-13-31”不是日期", "is not a date"},
		"early before start":   {targets("2016-12-31", "2011-12-31"), "早于起始日期", "before the start"},
		"late before early":    {targets("2021-12-31", "2015-12-31"), "第 2 行 late 列", "column late"},
		"relation alone":       {targets("A,subset", ",subset"), "parent 与 relation", "both parent and relation"},
		"unknown relation":     {targets("A,subset", "A,child"), "不认识“child”", `no "child"`},
		"unknown parent":       {targets("A,subset", "C,subset"), "第 3 行 parent 列：targets.csv 里没有编号“C”", `line 3, column parent: targets.csv has no id "C"`},
		"unknown plan":         {targets("A,P1", "A,P2"), "第 2 行 plan 列：policy.yaml 里没有编号“P2”", `policy.yaml has no id "P2"`},
		"unknown department":   {targets("rsj;mzj", "rsj;xyz"), "第 2 行 lead 列：policy.yaml 里没有编号“xyz”", `column lead: policy.yaml has no id "xyz"`},
		"unknown kind":         {categories("talent,B", "people,B"), "categories.csv 第 2 行 kind 列", "categories.csv, line 2, column kind"},
		"unknown value":        {categories(",persons", ",heads"), "不认识“heads”", `no "heads"`},
		"unknown target":       {categories("talent,B", "talent,Z"), "第 2 行 target 列：targets.csv 里没有编号“Z”", "column target"},
		"category name":        {categories("P1,硕士,", "P1,,"), "第 2 行 name 列：不能为空", "line 2, column name"},
		"category name twice":  {categories("fund,,,支出", "talent,B,P1,硕士学位"), "已在第 2 行用过", "already used on line 2"},
		"categories not UTF-8": {categories("支出", "\xd6\xd0"), "categories.csv：不是 UTF-8", "categories.csv: it is not UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := ReadPolicy(c.fsys, "x")
			f := fault.As(err)
			if f == nil || f.Code != fault.Unreadable {
				t.Fatalf("err = %v, want a fault of code unreadable", err)
			}
			if !strings.Contains(f.Zh, c.zh) || !strings.Contains(f.En, c.en) {
				t.Errorf("got\n%s\n%s\nwant within them\n%s\n%s", f.Zh, f.En, c.zh, c.en)
			}
			if p.ID != "" || p.Targets != nil {
				t.Errorf("a policy came with the fault: %+v", p)
			}
		})
	}
}

func TestReadPolicyNamesManyProblems(t *testing.T) {
	rows := "id,name_zh,measure,low\n"
	for i := range 14 {
		rows += fmt.Sprintf("T%d,目标,stock,x\n", i)
	}
	_, err := ReadPolicy(small(smallHead, rows, smallCategories), "x")
	f := fault.As(err)
	if f == nil {
		t.Fatalf("err = %v, want a fault", err)
	}
	// 14 bad numbers, and the category of a target that is not there.
	if n := strings.Count(f.En, "\n") + 1; n != maxProblems+1 || !strings.Contains(f.En, "5 more") {
		t.Errorf("%d lines:\n%s", n, f.En)
	}
}

func TestReadPolicyMissingFiles(t *testing.T) {
	for _, name := range []string{policyFile, targetsFile} {
		fsys := small(smallHead, smallTargets, smallCategories)
		delete(fsys, "x/"+name)
		_, err := ReadPolicy(fsys, "x")
		if f := fault.As(err); f == nil || f.Code != fault.NotFound || !strings.Contains(f.Zh, name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
	big := small(smallHead, smallTargets+strings.Repeat("#", maxPolicyTable), smallCategories)
	if _, err := ReadPolicy(big, "x"); !fault.Is(err, fault.TooLarge) {
		t.Errorf("large table: %v", err)
	}
	big = small(smallHead+strings.Repeat("#\n", maxPolicyFile/2), smallTargets, smallCategories)
	if _, err := ReadPolicy(big, "x"); !fault.Is(err, fault.TooLarge) {
		t.Errorf("large policy.yaml: %v", err)
	}
}

func TestReadPolicyPath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "荔湾")
	if err := os.CopyFS(dir, mustSub(t, small(smallHead, smallTargets, smallCategories), "x")); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{policyFile: smallHead, targetsFile: smallTargets, categoriesFile: smallCategories}
	under := func(prefix string) map[string]string {
		m := map[string]string{}
		for k, v := range files {
			m[prefix+k] = v
		}
		return m
	}
	with := func(m map[string]string, name, data string) map[string]string {
		m[name] = data
		return m
	}
	for name, path := range map[string]string{
		"folder":          dir,
		"policy.yaml":     filepath.Join(dir, policyFile),
		"zip":             zipOf(t, under("")),
		"zip of a folder": zipOf(t, under("荔湾/")),
		"GBK folder":      zipOf(t, under("\xc0\xf3\xcd\xe5/")),
		"zip from a Mac":  zipOf(t, with(under("d/"), "__MACOSX/d/policy.yaml", "x")),
	} {
		if p, err := ReadPolicyPath(path); err != nil || p.ID != "demo" || len(p.Targets) != 2 {
			t.Errorf("%s: policy %q, %v", name, p.ID, err)
		}
	}
	for name, c := range map[string]struct {
		path string
		code fault.Code
	}{
		"no such path":  {filepath.Join(dir, "none"), fault.NotFound},
		"another file":  {filepath.Join(dir, targetsFile), fault.Unreadable},
		"not a zip":     {write(t, "a.zip", "PK no"), fault.Unreadable},
		"no policy":     {zipOf(t, map[string]string{"a.txt": "x"}), fault.Unreadable},
		"two policies":  {zipOf(t, with(under("a/"), "b/policy.yaml", smallHead)), fault.Unreadable},
		"climbing name": {zipOf(t, with(under("a/"), "../policy.csv", "x")), fault.Unreadable},
		"absolute name": {zipOf(t, with(under("a/"), "/etc/x", "x")), fault.Unreadable},
		"drive name":    {zipOf(t, with(under("a/"), `C:\x`, "x")), fault.Unreadable},
		"no targets":    {zipOf(t, map[string]string{"a/policy.yaml": smallHead}), fault.NotFound},
		"unpacks large": {zipOf(t, with(under(""), targetsFile, strings.Repeat("0", maxPolicyTable+1))), fault.TooLarge},
		"many entries":  {zipOf(t, many(maxCatalogueEntries+1)), fault.TooLarge},
		"large zip":     {write(t, "b.zip", strings.Repeat("0", maxCatalogueZip+1)), fault.TooLarge},
	} {
		_, err := ReadPolicyPath(c.path)
		if f := fault.As(err); f == nil || f.Code != c.code || f.Zh == "" || f.En == "" {
			t.Errorf("%s: %v, want a fault of code %s", name, err, c.code)
		}
	}
}

func mustSub(t *testing.T, fsys fs.FS, dir string) fs.FS {
	t.Helper()
	sub, err := fs.Sub(fsys, dir)
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func many(n int) map[string]string {
	m := map[string]string{}
	for i := range n {
		m[fmt.Sprintf("f%d", i)] = ""
	}
	return m
}

func write(t *testing.T, name, data string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var b strings.Builder
	z := zip.NewWriter(&b)
	for name, data := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return write(t, "p.zip", b.String())
}
