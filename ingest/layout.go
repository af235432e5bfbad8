package ingest

import (
	"talentcast/datasets"
)

// Layout is the columns of one kind of input: what its template shows and what
// a file's header is matched against.
type Layout struct {
	Kind           datasets.Kind
	NameZh, NameEn string
	Columns        []Column
}

// Column is one column of a kind.
type Column struct {
	ID       string // stable name, as in Refusal.Column's English form
	Header   string // as in the template, without its unit
	Unit     string // that the template states in the header: 元, 万元
	Synonyms []string
	// Required columns must be in the file. NotEmpty ones must be filled in in
	// every row too.
	Required, NotEmpty bool
	Type               Type
	// Choices are the words that a Choice column takes.
	Choices []Choice
	Example string
	// HelpZh and HelpEn say in a sentence what belongs here, where the header
	// does not.
	HelpZh, HelpEn string
}

// Type is what a column's cells are read as.
type Type string

// The types.
const (
	Text       Type = "text"
	PersonName Type = "person_name" // kept masked
	PersonID   Type = "person_id"   // kept as a keyed hash
	OrgCode    Type = "org_code"    // of an institution, with a check character
	Date       Type = "date"
	Money      Type = "money"
	Number     Type = "number"
	Whole      Type = "whole" // a whole number ≥ 0
	OneOf      Type = "choice"
	PlanName   Type = "plan"
	CatName    Type = "category"
	DeptName   Type = "department"
	TargetID   Type = "target"
)

// Choice is a word and its other spellings.
type Choice struct {
	Name     string
	Synonyms []string
}

// Title is the header as the template writes it: 金额（万元）.
func (c Column) Title() string {
	if c.Unit != "" {
		return c.Header + "（" + c.Unit + "）"
	}
	return c.Header
}

// Columns that several kinds share.
var (
	colName = Column{
		ID: "name", Header: "姓名", Synonyms: []string{"人员姓名", "名字"}, Required: true, NotEmpty: true,
		Type: PersonName, Example: "演示甲",
		HelpZh: "入库时只保留首尾字。", HelpEn: "Only the first and last characters are kept.",
	}
	colID = Column{
		ID: "id", Header: "身份证号", Synonyms: []string{"身份证号码", "公民身份号码", "身份证", "证件号码", "身份证件号码"},
		Required: true, NotEmpty: true, Type: PersonID, Example: "990103190001019998",
		HelpZh: "18 位；列格式先设为“文本”。入库时只保留加密摘要，不保存号码。",
		HelpEn: "18 characters; format the column as text first. Only a keyed hash is kept, never the number.",
	}
	colKnown = Column{
		ID: "known", Header: "登记日期", Synonyms: []string{"录入日期", "填报日期", "上报日期", "登记时间"},
		Type: Date, Example: "2014-05-20",
		HelpZh: "单位掌握这条信息的日期；更正时填更正的日期。空着即视为业务发生日期。",
		HelpEn: "The day on which the office knew this; for a correction, the day of the correction. Empty means the day of the event.",
	}
	colDept = Column{
		ID: "department", Header: "部门", Synonyms: []string{"牵头部门", "填报部门", "主管部门", "报送单位", "责任部门", "填报单位"},
		Type: DeptName, Example: "区人力社保局",
	}
	colNote = Column{ID: "note", Header: "备注", Synonyms: []string{"说明", "备注说明"}, Type: Text, Example: "演示"}
)

// with returns the column with another header, the shared one becoming a
// synonym.
func (c Column) with(header string) Column {
	c.Synonyms = append([]string{c.Header}, c.Synonyms...)
	c.Header = header
	return c
}

// Templates returns the kinds in the order in which they are shown, with their
// columns in the order of the templates.
func Templates() []Layout {
	var out []Layout
	for _, k := range datasets.Kinds() {
		if l, ok := LayoutOf(k); ok {
			out = append(out, l)
		}
	}
	return out
}

// LayoutOf returns the columns of a kind.
func LayoutOf(kind datasets.Kind) (Layout, bool) {
	switch kind {
	case datasets.Talent:
		return talentLayout(), true
	case datasets.SocialWorker:
		return socialWorkerLayout(), true
	case datasets.Fund:
		return fundLayout(), true
	case datasets.Training:
		return trainingLayout(), true
	case datasets.Institution:
		return institutionLayout(), true
	case datasets.Activity:
		return activityLayout(), true
	case datasets.Post:
		return postLayout(), true
	case datasets.Indicator:
		return indicatorLayout(), true
	}
	return Layout{}, false
}

func talentLayout() Layout {
	return Layout{datasets.Talent, "人才", "Talent", []Column{
		colName, colID,
		{
			ID: "plan", Header: "所属计划", Synonyms: []string{"计划", "人才计划", "计划名称"}, Type: PlanName, Example: "五百优才计划",
			HelpZh: "类别名称只属于一个计划时可以空着。", HelpEn: "May be empty where the category's name belongs to one plan only.",
		},
		{ID: "category", Header: "人才类别", Synonyms: []string{"类别", "人才类型", "认定类别"}, Required: true, NotEmpty: true, Type: CatName, Example: "硕士研究生"},
		{
			ID: "way", Header: "引进方式", Synonyms: []string{"引进培养方式", "方式", "引进或培养"}, Type: OneOf, Example: "引进",
			Choices: []Choice{{"引进", []string{"引入", "招聘", "调入"}}, {"培养", []string{"培育", "本地培养"}}, {"支持", []string{"资助", "扶持"}}},
		},
		{ID: "education", Header: "学历", Synonyms: []string{"最高学历"}, Type: Text, Example: "硕士研究生"},
		{ID: "degree", Header: "学位", Synonyms: []string{"最高学位"}, Type: Text, Example: "硕士"},
		{ID: "place", Header: "工作单位", Synonyms: []string{"单位", "单位名称", "所在单位"}, Type: Text, Example: "演示单位"},
		{ID: "date", Header: "认定日期", Synonyms: []string{"引进日期", "认定时间", "引进时间", "入选日期"}, Required: true, NotEmpty: true, Type: Date, Example: "2014-05-06"},
		colKnown,
		{
			ID: "end", Header: "退出日期", Synonyms: []string{"退出时间", "离开日期", "离职日期"}, Type: Date,
			HelpZh: "仍在的空着。", HelpEn: "Empty while the person stays.",
		},
		colDept.with("牵头部门"), colNote,
	}}
}

func socialWorkerLayout() Layout {
	return Layout{datasets.SocialWorker, "社工", "Social workers", []Column{
		colName, colID,
		{ID: "category", Header: "人员类别", Synonyms: []string{"类别", "社工类别", "持证情况", "人员类型"}, Required: true, NotEmpty: true, Type: CatName, Example: "社会工作者（持证）"},
		{ID: "street", Header: "街道", Synonyms: []string{"所属街道", "街道办"}, Type: Text, Example: "演示街道"},
		{ID: "community", Header: "社区", Synonyms: []string{"所属社区", "社区居委会", "居委会"}, Type: Text, Example: "演示社区"},
		{ID: "date", Header: "在册日期", Synonyms: []string{"入册日期", "注册日期", "在册时间"}, Required: true, NotEmpty: true, Type: Date, Example: "2014-05-06"},
		colKnown,
		{
			ID: "end", Header: "退出日期", Synonyms: []string{"退出时间", "离开日期", "离职日期", "注销日期"}, Type: Date,
			HelpZh: "仍在册的空着。", HelpEn: "Empty while the person stays on the register.",
		},
		colDept, colNote,
	}}
}

func fundLayout() Layout {
	return Layout{datasets.Fund, "资金", "Funds", []Column{
		{
			ID: "number", Header: "凭证号", Synonyms: []string{"凭证编号", "凭证号码", "文号"}, Required: true, NotEmpty: true, Type: Text, Example: "YS-2014-001",
			HelpZh: "一笔一个，不重复；更正时沿用原号。", HelpEn: "One for each flow; a correction keeps it.",
		},
		{ID: "date", Header: "日期", Synonyms: []string{"发生日期", "业务日期", "入账日期"}, Required: true, NotEmpty: true, Type: Date, Example: "2014-01-15"},
		{
			ID: "stage", Header: "环节", Synonyms: []string{"资金环节", "阶段"}, Required: true, NotEmpty: true, Type: OneOf, Example: "预算",
			Choices: []Choice{{"预算", []string{"预算安排", "年度预算"}}, {"到位", []string{"资金到位", "到账"}}, {"支出", []string{"实际支出", "使用", "支付"}}},
		},
		{
			ID: "source", Header: "资金来源", Synonyms: []string{"来源", "经费来源"}, Required: true, NotEmpty: true, Type: OneOf, Example: "财政",
			Choices: []Choice{{"财政", []string{"区财政", "财政资金", "财政拨款"}}, {"企业", []string{"企业资金", "企业投入"}}, {"社会", []string{"社会资金", "社会捐赠", "社会捐助"}}, {"其他", []string{"其它"}}},
		},
		{
			ID: "category", Header: "类别", Synonyms: []string{"资金类别", "补贴类别"}, Type: CatName,
			HelpZh: "一般空着，按环节和来源归类；有上限的补贴填其名称。",
			HelpEn: "Usually empty: stage and source decide. Name the kind of subsidy where there is a limit to it.",
		},
		{ID: "purpose", Header: "用途", Synonyms: []string{"资金用途", "摘要"}, Type: Text, Example: "人才发展专项资金"},
		{ID: "amount", Header: "金额", Unit: "万元", Synonyms: []string{"资金金额", "发生额"}, Required: true, NotEmpty: true, Type: Money, Example: "120.5"},
		{
			ID: "id", Header: "受益人身份证号", Synonyms: []string{"受益人身份证号码", "身份证号", "身份证号码"}, Type: PersonID,
			HelpZh: "发给个人的补贴填写。", HelpEn: "For subsidies paid to a person.",
		},
		colKnown, colDept, colNote,
	}}
}

func trainingLayout() Layout {
	return Layout{datasets.Training, "培训", "Training", []Column{
		{ID: "number", Header: "培训编号", Synonyms: []string{"班次编号", "培训班编号"}, Required: true, NotEmpty: true, Type: Text, Example: "PX-2014-01"},
		{ID: "title", Header: "培训名称", Synonyms: []string{"培训班名称", "班次名称"}, Type: Text, Example: "演示培训班"},
		{ID: "category", Header: "类别", Synonyms: []string{"培训类别", "培训类型"}, Required: true, NotEmpty: true, Type: CatName, Example: "境外培训"},
		colName, colID,
		{ID: "date", Header: "开始日期", Synonyms: []string{"开班日期", "培训开始日期"}, Required: true, NotEmpty: true, Type: Date, Example: "2014-05-06"},
		{ID: "end", Header: "结束日期", Synonyms: []string{"结业日期", "培训结束日期"}, Type: Date, Example: "2014-05-16"},
		{ID: "fee", Header: "培训费用", Unit: "元", Synonyms: []string{"培训费", "费用"}, Type: Money, Example: "30000"},
		{ID: "subsidy", Header: "政府补贴", Unit: "元", Synonyms: []string{"补贴金额", "补贴", "政府补贴金额"}, Type: Money, Example: "12000"},
		colKnown, colDept,
	}}
}

func institutionLayout() Layout {
	return Layout{datasets.Institution, "机构", "Institutions", []Column{
		{ID: "name", Header: "机构名称", Synonyms: []string{"名称", "单位名称"}, Required: true, NotEmpty: true, Type: Text, Example: "演示人才服务公司"},
		{
			ID: "code", Header: "统一社会信用代码", Synonyms: []string{"信用代码", "组织机构代码", "机构代码"}, Type: OrgCode, Example: "91440103000000000F",
			HelpZh: "18 位；没有的填 9 位组织机构代码或 15 位工商注册号。空着时以名称识别，名称须前后一致。",
			HelpEn: "18 characters; else the organisation code of 9 or the registration number of 15. Where it is empty the name identifies the institution and must stay the same.",
		},
		{ID: "category", Header: "机构类别", Synonyms: []string{"类别", "机构类型"}, Required: true, NotEmpty: true, Type: CatName, Example: "人才中介服务机构"},
		{ID: "date", Header: "设立日期", Synonyms: []string{"成立日期", "设立时间", "成立时间"}, Required: true, NotEmpty: true, Type: Date, Example: "2014-05-06"},
		{ID: "end", Header: "撤销日期", Synonyms: []string{"注销日期", "撤销时间"}, Type: Date},
		colKnown, colDept,
	}}
}

func activityLayout() Layout {
	return Layout{datasets.Activity, "活动", "Activities", []Column{
		{ID: "number", Header: "活动编号", Synonyms: []string{"编号"}, Required: true, NotEmpty: true, Type: Text, Example: "HD-2014-01"},
		{ID: "title", Header: "活动名称", Synonyms: []string{"名称"}, Type: Text, Example: "演示招聘会"},
		{ID: "category", Header: "活动类别", Synonyms: []string{"类别", "活动类型"}, Required: true, NotEmpty: true, Type: CatName, Example: "荔湾人才招聘会"},
		{ID: "date", Header: "活动日期", Synonyms: []string{"举办日期", "活动时间"}, Required: true, NotEmpty: true, Type: Date, Example: "2014-05-06"},
		{ID: "persons", Header: "人数", Synonyms: []string{"参加人数", "活动人数"}, Type: Whole, Example: "320"},
		{ID: "amount", Header: "金额", Unit: "元", Synonyms: []string{"奖金", "经费"}, Type: Money, Example: "50000"},
		colKnown, colDept,
	}}
}

func postLayout() Layout {
	known := colKnown
	known.Example = "2014-07-10"
	return Layout{datasets.Post, "岗位", "Posts", []Column{
		{ID: "name", Header: "单位名称", Synonyms: []string{"单位"}, Required: true, NotEmpty: true, Type: Text, Example: "演示服务中心"},
		{ID: "category", Header: "单位类别", Synonyms: []string{"类别", "岗位类别"}, Required: true, NotEmpty: true, Type: CatName, Example: "事业单位社工岗位"},
		{ID: "date", Header: "统计日期", Synonyms: []string{"统计时点", "截止日期"}, Required: true, NotEmpty: true, Type: Date, Example: "2014-06-30"},
		{ID: "total", Header: "岗位总量", Synonyms: []string{"岗位总数"}, Type: Whole, Example: "40"},
		{ID: "posts", Header: "社会工作岗位数", Synonyms: []string{"社工岗位数", "岗位数", "社会工作岗位"}, Required: true, NotEmpty: true, Type: Whole, Example: "6"},
		known, colDept,
	}}
}

func indicatorLayout() Layout {
	known := colKnown.with("发布日期")
	known.HelpZh, known.HelpEn = "这个数公布的日期；空着即视为统计日期。修订数另起一行，填修订的日期。",
		"The day on which the figure was published; empty means its own date. Put a revision in a row of its own with the day of the revision."
	known.Example = "2014-07-20"
	return Layout{datasets.Indicator, "指标", "Reported indicators", []Column{
		{
			ID: "target", Header: "指标编号", Synonyms: []string{"目标编号", "编号"}, Required: true, NotEmpty: true, Type: TargetID, Example: "14-02",
			HelpZh: "政策目录里的目标编号。", HelpEn: "The target's id in the policy's catalogue.",
		},
		{ID: "title", Header: "指标名称", Synonyms: []string{"目标名称", "名称"}, Type: Text, Example: "菁英俱乐部会员"},
		{ID: "date", Header: "日期", Synonyms: []string{"统计日期", "统计时点", "时点"}, Required: true, NotEmpty: true, Type: Date, Example: "2014-06-30"},
		{ID: "value", Header: "数值", Synonyms: []string{"指标值", "数据"}, Required: true, NotEmpty: true, Type: Number, Example: "180"},
		{ID: "unit", Header: "单位", Synonyms: []string{"计量单位"}, Type: Text, Example: "人"},
		known,
		{ID: "source", Header: "来源", Synonyms: []string{"数据来源", "出处"}, Type: Text, Example: "演示"},
		colDept, colNote,
	}}
}
