package ingest

import (
	"strings"

	"talentcast/datasets"
)

// The codes of refusals. Those that begin with note_ stand on row 0: something
// in the file was left out because it is not data.
const (
	codeRequired       = "required"
	codeCellLong       = "cell_long"
	codeRowLong        = "row_long"
	codeDateForm       = "date_form"
	codeDateFuture     = "date_future"
	codeDateEarly      = "date_early"
	codeDateOrder      = "date_order"
	codeKnownEarly     = "known_early"
	codeAmountForm     = "amount_form"
	codeAmountUnit     = "amount_unit"
	codeAmountNegative = "amount_negative"
	codeAmountFine     = "amount_fine"
	codeTooLarge       = "too_large"
	codeSubsidyOver    = "subsidy_over_fee"
	codeCountForm      = "count_form"
	codePartOver       = "part_over_whole"
	codeWholeZero      = "whole_zero"
	codeNumberForm     = "number_form"
	codeNumberNegative = "number_negative"
	codeShareOver      = "share_over"
	codeChoice         = "choice_unknown"
	codePlan           = "plan_unknown"
	codeCategory       = "category_unknown"
	codeAmbiguous      = "category_ambiguous"
	codeDepartment     = "department_unknown"
	codeTarget         = "target_unknown"
	codeUnitMissing    = "unit_missing"
	codeUnit           = "unit_unknown"
	codeIDForm         = "id_form"
	codeIDDamaged      = "id_damaged"
	codeIDChecksum     = "id_checksum"
	codeIDBirth        = "id_birth"
	codeIDElsewhere    = "id_elsewhere"
	codeDoublePerson   = "duplicate_person"
	codeDouble         = "duplicate_key"

	codeOtherDepartment = "department_other"
	codeOtherTarget     = "target_other"
	codeWithheld        = "department_holds"

	codeFormula      = "formula_uncached"
	codeCodeForm     = "code_form"
	codeCodeChecksum = "code_checksum"

	codeHiddenRows    = "note_hidden_rows"
	codeHiddenColumns = "note_hidden_columns"
	codeTotalRow      = "note_total_row"
	codeTotalChecked  = "note_total_checked"
	codeTotalDiffers  = "note_total_differs"
	codeTotalUnknown  = "note_total_unknown"
	codeJump          = "note_jump"
	codeFall          = "note_fall"
	codeFootnote      = "note_footnote"
	codeSkipSheet     = "note_sheet"
	codeHiddenSheet   = "note_hidden_sheet"
	codeColumn        = "note_column"
	codeUnlisted      = "note_unlisted"
)

// Rule is one check of a row: what is wrong and what to do about it. The texts
// take arguments by number; %[1]s is always the column as the file names it.
type Rule struct {
	Code               string
	ReasonZh, ReasonEn string
	RemedyZh, RemedyEn string
	// Kind is the one of the examples. Pass keeps the rule and Fail breaks it:
	// cells by column, over the template's example row; several rows where one
	// alone can't break it. A rule about the file has none.
	Kind       datasets.Kind
	Pass, Fail []map[string]string
}

// Warns tells whether what a note says deserves a second look: the rows are read
// all the same.
func Warns(code string) bool {
	switch code {
	case codeTotalDiffers, codeTotalUnknown, codeJump, codeFall, codeHiddenRows, codeHiddenColumns:
		return true
	}
	return false
}

type cells = map[string]string

func one(column, value string) []cells { return []cells{{column: value}} }

// Rules lists every check.
func Rules() []Rule {
	out := append(valueRules(), personRules()...)
	out = append(out, wordRules()...)
	return append(out, noteRules()...)
}

func valueRules() []Rule {
	return []Rule{
		{
			codeRequired, "“%[1]s”没有填", "%[1]q is empty", "补填后重新导入。", "Fill it in and load the row again.",
			datasets.Talent, one("date", "2014-05-06"), one("date", ""),
		},
		{
			codeCellLong, "“%[1]s”有 %[2]s 字，超过上限 %[3]s 字", "%[1]q has %[2]s characters; the limit is %[3]s", "请缩短内容；如有大段文字误贴，请删去。", "Shorten it; delete text pasted by mistake.",
			datasets.Talent, one("note", "短"), one("note", strings.Repeat("长", 2001)),
		},
		{
			codeRowLong, "这一行在表头之外还有内容：%[2]s", "The row has content beyond the header's columns: %[2]s", "多半是单元格里有分隔符使后面错位；请对齐列，或给该单元格加引号。", "A separator within a cell has probably shifted the rest; align the columns or put that cell in quotes.",
			datasets.Talent, one("note", "无误"), one("+", "多出的一格"),
		},
		{
			codeDateForm, "“%[1]s”不是日期", "%[1]q is not a date", "请写成 2014-05-06、2014/5/6 或 2014年5月6日；民国年份请换成公元。", "Write it as 2014-05-06, 2014/5/6 or 2014年5月6日; turn years of the Republic (民国) into common ones.",
			datasets.Talent, one("date", "2014.5.6"), one("date", "2014-02-30"),
		},
		{
			codeDateFuture, "“%[1]s”晚于导入当日（%[2]s）", "%[1]q is later than today (%[2]s)", "请核对年份；尚未发生的，等发生后再报。", "Check the year; report what has not happened yet when it has.",
			datasets.Talent, one("date", "2014-05-06"),
			[]cells{{"date": "2031-05-06", "known": "2031-05-07"}},
		},
		{
			codeDateEarly, "“%[1]s”早于 %[2]s 年，不像业务日期", "%[1]q is before %[2]s, which is no date of these records", "请核对年份；出生日期等不要填在这一列。", "Check the year; dates of birth and the like do not belong here.",
			datasets.Talent, one("date", "1995-05-06"), one("date", "1969-05-06"),
		},
		{
			codeDateOrder, "“%[1]s”早于开始的日期 %[2]s", "%[1]q is before the start, %[2]s", "请核对两个日期是否填反。", "Check whether the two dates are swapped.",
			datasets.Talent, one("end", "2014-09-30"), one("end", "2013-09-30"),
		},
		{
			codeKnownEarly, "“%[1]s”早于业务发生的日期 %[2]s", "%[1]q is before the event, %[2]s", "请核对两个日期；没有登记日期可以空着。", "Check the two dates; the known date may be empty.",
			datasets.Talent, one("known", "2014-05-06"), one("known", "2014-05-05"),
		},
		{
			codeAmountForm, "“%[1]s”不是金额", "%[1]q is not an amount of money", "只填数字和单位，如 120.5 或 120.5万元。", "Give the figure and its unit only, 120.5 or 120.5万元.",
			datasets.Fund, one("amount", "1,205,000元"), one("amount", "约一百二十"),
		},
		{
			codeAmountUnit, "“%[1]s”没有单位，不知道是元、万元还是亿元", "%[1]q has no unit: 元, 万元 or 亿元 can't be told", "在列名里写上单位，如“金额（万元）”，或在数字后写明。", "State the unit in the column's header, 金额（万元）, or behind the figure.",
			datasets.Fund,
			[]cells{{"amount!": "120.5万元"}},
			[]cells{{"amount!": "120.5"}},
		},
		{
			codeAmountNegative, "“%[1]s”是负数", "%[1]q is negative", "金额填正数；退回或冲销请按原凭证号更正原来那笔。", "Give a positive amount; for a refund correct the original voucher.",
			datasets.Fund, one("amount", "0.5"), one("amount", "-0.5"),
		},
		{
			codeAmountFine, "“%[1]s”小于分的部分不能入账", "%[1]q has a part smaller than 0.01 元", "请四舍五入到分，并核对列名里的单位。", "Round it to 0.01 元 and check the unit in the header.",
			datasets.Fund, one("amount", "1.000001"), one("amount", "1.0000001"),
		},
		{
			codeTooLarge, "“%[1]s”大得不可能", "%[1]q is impossibly large", "请核对单位和小数点。", "Check the unit and the decimal point.",
			datasets.Fund, one("amount", "99999999"), one("amount", "99999999999999"),
		},
		{
			codeSubsidyOver, "“%[1]s”多于培训费用 %[2]s 元", "%[1]q is more than the fee, %[2]s 元", "请核对两列是否填反、单位是否一致。", "Check whether the two are swapped or in different units.",
			datasets.Training, one("subsidy", "30000"), one("subsidy", "30000.01"),
		},
		{
			codeCountForm, "“%[1]s”不是非负整数", "%[1]q is not a whole number of zero or more", "只填数字，如 320。", "Give the figure only, 320.",
			datasets.Activity, one("persons", "1,320"), one("persons", "-3"),
		},
		{
			codePartOver, "“%[1]s”多于岗位总量 %[2]s", "%[1]q is more than all posts, %[2]s", "请核对两列是否填反。", "Check whether the two are swapped.",
			datasets.Post, one("posts", "40"), one("posts", "41"),
		},
		{
			codeWholeZero, "“%[1]s”没有填或是 0，算不出比例", "%[1]q is empty or 0, so there is no share", "请补填岗位总量；没有岗位的单位不用报。", "Give the number of all posts; units without posts need not be reported.",
			datasets.Post, one("total", "40"), one("total", ""),
		},
		{
			codeNumberForm, "“%[1]s”不是数", "%[1]q is not a number", "只填一个数；文字说明写在备注里。", "Give one number; put words in the notes.",
			datasets.Indicator, one("value", "1,234.5"), one("value", "180多"),
		},
		{
			codeNumberNegative, "“%[1]s”是负数，而这个指标不会小于 0", "%[1]q is negative, which this indicator can't be", "请核对数值；增长率等可为负的指标不受此限。", "Check the figure; growth rates may be negative.",
			datasets.Indicator,
			[]cells{{"target": "24-01", "unit": "%", "value": "-2.5"}},
			[]cells{{"target": "16-01", "unit": "所", "value": "-1"}},
		},
		{
			codeShareOver, "“%[1]s”超过 100%%", "%[1]q is over 100 %%", "比例按百分数填，34.6 表示 34.6%。", "Give a share in percent: 34.6 means 34.6 %.",
			datasets.Indicator,
			[]cells{{"target": "11-03", "unit": "%", "value": "100"}},
			[]cells{{"target": "11-03", "unit": "%", "value": "120"}},
		},
	}
}

func personRules() []Rule {
	return []Rule{
		{
			codeIDForm, "“%[1]s”不是 18 位身份证号", "%[1]q is not an ID number of 18 characters", "请填 18 位号码，末位可为 X；15 位的旧号请换成 18 位。", "Give all 18 characters, the last may be X; replace old numbers of 15 digits.",
			datasets.Talent, one("id", "990103 19000101 9998"), one("id", "990103000101999"),
		},
		{
			codeIDDamaged, "“%[1]s”被表格软件当作数字截断了（末几位已丢失）", "%[1]q was cut short by a spreadsheet that took it for a number; its last digits are lost", "把这一列设为“文本”格式，从原件重新录入号码；截断的无法恢复。", "Format the column as text and type the number again from the original; what was lost can't be restored.",
			datasets.Talent, one("id", "990103190001019998"), one("id", "9.90103190001019E+17"),
		},
		{
			codeIDChecksum, "“%[1]s”的校验位不对，号码有录入错误", "The check digit of %[1]q does not fit: the number was mistyped", "请对照证件逐位核对。", "Compare it with the document, digit by digit.",
			datasets.Talent, one("id", "990103190001019998"), one("id", "990103190001019993"),
		},
		{
			codeIDBirth, "“%[1]s”里的出生日期不存在", "The date of birth in %[1]q does not exist", "请对照证件核对第 7 至 14 位。", "Compare characters 7 to 14 with the document.",
			datasets.Talent, one("id", "990103190001019998"), one("id", "990103190002319992"),
		},
		{
			codeCodeForm, "“%[1]s”不是 18 位统一社会信用代码，也不是 9 位组织机构代码或 15 位注册号", "%[1]q is no unified social credit code (18 characters), organisation code (9) or registration number (15)", "请照证照填写；列格式先设为“文本”；没有代码的空着。", "Copy it from the licence, with the column formatted as text; leave it empty where there is none.",
			datasets.Institution, one("code", "D2143569-X"), one("code", "91440103I00000000"),
		},
		{
			codeCodeChecksum, "“%[1]s”的校验位不对，代码有录入错误", "The check character of %[1]q does not fit: the code was mistyped", "请对照证照逐位核对。", "Compare it with the licence, character by character.",
			datasets.Institution, one("code", "91440103000000000F"), one("code", "91440103000000001F"),
		},
		{
			codeIDElsewhere, "“%[1]s”里填了身份证号", "%[1]q holds an ID number", "身份证号只能填在身份证号一列；此处请换成编号或名称。", "ID numbers belong in their own column only; put a number of your own or a name here.",
			datasets.Fund, one("number", "YS-2014-002"), one("number", "990103190001019998"),
		},
		{
			codeDoublePerson, "同一人同一类别在第 %[2]s 行已有", "The same person in the same category is already in row %[2]s", "删去重复的一行；如是更正，请在以后的文件里报，并填更正的登记日期。", "Delete one of the two; put a correction in a later file, with the date of the correction as its known date.",
			datasets.Talent,
			[]cells{{}, {"category": "名医"}},
			[]cells{{}, {}},
		},
		{
			codeDouble, "与第 %[2]s 行的“%[1]s”重复", "%[1]q repeats row %[2]s", "一事一号：删去重复的一行，或改正编号。", "One number, one thing: delete one of the two or correct the number.",
			datasets.Fund,
			[]cells{{}, {"number": "YS-2014-002"}},
			[]cells{{}, {}},
		},
	}
}

func wordRules() []Rule {
	return []Rule{
		{
			codeChoice, "“%[1]s”只能是：%[2]s", "%[1]q must be one of: %[2]s", "请从中选一个。", "Choose one of them.",
			datasets.Fund, one("stage", "资金到位"), one("stage", "到哪了"),
		},
		{
			codePlan, "政策里没有这个计划；最接近的是：%[2]s", "The policy has no such plan; nearest are: %[2]s", "请改成政策里的计划名称，或空着。", "Use a plan of the policy, or leave it empty.",
			datasets.Talent, one("plan", "P00"), one("plan", "登月计划"),
		},
		{
			codeCategory, "没有这个类别；最接近的是：%[2]s", "There is no such category; nearest are: %[2]s", "请改成其中之一；模板的“选项”表列出全部类别。", "Use one of these; the sheet 选项 of the template lists all.",
			datasets.Talent, one("category", "硕士"), one("category", "宇航员"),
		},
		{
			codeAmbiguous, "几个计划都有这个类别：%[2]s", "Several plans have this category: %[2]s", "请在“所属计划”里写明是哪一个。", "Name the plan in 所属计划.",
			datasets.Talent,
			[]cells{{"plan": "文化产业人才计划", "category": "领军人才"}},
			[]cells{{"plan": "", "category": "领军人才"}},
		},
		{
			codeDepartment, "政策里没有这个部门；最接近的是：%[2]s", "The policy has no such department; nearest are: %[2]s", "请改成部门的规范名称，或空着。", "Use the department's name in the policy, or leave it empty.",
			datasets.Talent, one("department", "荔湾区人社局"), one("department", "区航天局"),
		},
		{
			codeTarget, "政策里没有这个指标编号；最接近的是：%[2]s", "The policy has no target of this id; nearest are: %[2]s", "请按政策目录填写目标编号。", "Give the target's id in the policy's catalogue.",
			datasets.Indicator, one("target", "18-02"), one("target", "99-99"),
		},
		{
			codeUnitMissing, "“%[1]s”没有填，而这个指标以 %[2]s 计，不知道数值是元、万元还是亿元", "%[1]q is empty; the indicator is in %[2]s, and 元, 万元 or 亿元 can't be told", "请填写单位。", "Fill in the unit.",
			datasets.Indicator,
			[]cells{{"target": "G-02", "value": "1.6", "unit": "亿元"}},
			[]cells{{"target": "G-02", "value": "1.6", "unit": ""}},
		},
		{
			codeUnit, "“%[1]s”与这个指标的单位（%[2]s）对不上", "%[1]q does not fit the indicator's unit, %[2]s", "请换算成指标的单位，或核对指标编号。", "Convert the figure to the indicator's unit, or check its id.",
			datasets.Indicator, one("unit", "万人"), one("unit", "平方米"),
		},
	}
}

func noteRules() []Rule {
	return []Rule{
		{Code: codeTotalRow, ReasonZh: "第 %[2]s 行是合计行，没有作为数据读入", ReasonEn: "Row %[2]s is a total and was not read as data", RemedyZh: "不用处理。", RemedyEn: "Nothing to do."},
		{Code: codeTotalChecked, ReasonZh: "第 %[2]s 行是合计行，没有作为数据读入；它的“%[1]s”与上面逐行相加一致", ReasonEn: "Row %[2]s is a total and was not read as data; its %[1]q is the sum of the rows", RemedyZh: "不用处理。", RemedyEn: "Nothing to do."},
		{Code: codeTotalDiffers, ReasonZh: "第 %[2]s 行的合计对不上：“%[1]s”写的是 %[3]s，逐行相加是 %[4]s，差 %[5]s", ReasonEn: "The total in row %[2]s does not fit: %[1]q says %[3]s, the rows sum to %[4]s, the difference is %[5]s", RemedyZh: "各行照常读入；请核对是合计错了，还是漏了、多了行。", RemedyEn: "The rows are read all the same; check whether the total is wrong, or rows are missing or too many."},
		{Code: codeTotalUnknown, ReasonZh: "第 %[2]s 行的合计没有核对：上面有 %[3]s 行的“%[1]s”读不出", ReasonEn: "The total in row %[2]s was not checked: %[1]q can't be read in %[3]s of the rows", RemedyZh: "请先改好退回的行再交。", RemedyEn: "Mend the refused rows first and send the file again."},
		{Code: codeJump, ReasonZh: "第 %[2]s 行的“%[1]s” %[3]s 与上一年（第 %[4]s 行）的 %[5]s 相差 5 倍以上", ReasonEn: "%[1]q in row %[2]s, %[3]s, is more than five times, or less than a fifth of, the %[5]s of the year before (row %[4]s)", RemedyZh: "照常读入；请核对单位和小数点。", RemedyEn: "It is read all the same; check the unit and the decimal point."},
		{Code: codeFall, ReasonZh: "第 %[2]s 行的“%[1]s” %[3]s 比前一个数（第 %[4]s 行）%[5]s 小，而这个指标是累计数", ReasonEn: "%[1]q in row %[2]s, %[3]s, is below the figure before it (row %[4]s), %[5]s, while the indicator counts up", RemedyZh: "照常读入；请核对是否填成了当期数。", RemedyEn: "It is read all the same; check whether it is the figure of the period alone."},
		{Code: codeFootnote, ReasonZh: "第 %[2]s 行是表尾说明，没有作为数据读入", ReasonEn: "Row %[2]s is a footnote and was not read as data", RemedyZh: "不用处理。", RemedyEn: "Nothing to do."},
		{Code: codeSkipSheet, ReasonZh: "工作表“%[2]s”没有可识别的表头，没有读入", ReasonEn: "Sheet %[2]q has no known header and was not read", RemedyZh: "如果其中有数据，请按模板改好列名再交。", RemedyEn: "If it holds data, name its columns as the template does and send it again."},
		{Code: codeHiddenSheet, ReasonZh: "工作表“%[2]s”是隐藏的，没有读入", ReasonEn: "Sheet %[2]q is hidden and was not read", RemedyZh: "如果其中有数据，请取消隐藏再交。", RemedyEn: "If it holds data, unhide it and send the file again."},
		{Code: codeUnlisted, ReasonZh: "退回太多，其余的没有逐条列出，按原因计：%[2]s", ReasonEn: "There are too many refusals to list them all; beyond those listed, by reason: %[2]s", RemedyZh: "先改列出的；多半是同一个原因。", RemedyEn: "Mend those listed first; the cause is most likely one."},
		{Code: codeFormula, ReasonZh: "“%[1]s”是公式，而文件里没有存下它的结果", ReasonEn: "%[1]q is a formula whose result is not in the file", RemedyZh: "公式不会在这里计算：请用 Excel 或 WPS 打开并保存一次再交，或把公式粘贴为数值。", RemedyEn: "Formulas are not worked out here: open the file in Excel or WPS, save it and send it again, or paste the formulas as values."},
		{Code: codeHiddenRows, ReasonZh: "有 %[2]s 行数据是隐藏的（第一处在第 %[3]s 行），也已读入", ReasonEn: "%[2]s rows of data are hidden (the first is row %[3]s) and were read all the same", RemedyZh: "如果是不该报的行，请删去后再交。", RemedyEn: "If they should not be reported, delete them and send the file again."},
		{Code: codeHiddenColumns, ReasonZh: "有隐藏的列（%[2]s），也已读入", ReasonEn: "Columns %[2]s are hidden and were read all the same", RemedyZh: "如果是不该报的列，请删去后再交。", RemedyEn: "If they should not be reported, delete them and send the file again."},
		{Code: codeOtherDepartment, ReasonZh: "“%[1]s”是别的部门，而你的账号只报送本部门的数据", ReasonEn: "%[1]q is another department, and your account hands in its own department's data only", RemedyZh: "请改成本部门或空着；别的部门的行请交由该部门报送。", RemedyEn: "Name your own department or leave it empty; other departments hand in their rows themselves."},
		{Code: codeOtherTarget, ReasonZh: "“%[1]s”不由本部门牵头或配合", ReasonEn: "The target in %[1]q is neither led by your department nor one it cooperates on", RemedyZh: "请交由牵头部门报送。", RemedyEn: "The department that leads it hands it in."},
		{Code: codeWithheld, ReasonZh: "这一行所报的已由别的部门报送，本部门不能更正", ReasonEn: "What this row is about was handed in by another department, and yours can't correct it", RemedyZh: "如有出入，请与规划人员核对。", RemedyEn: "If it is wrong, settle it with a planner."},
		{Code: codeColumn, ReasonZh: "“%[1]s”列不在模板里，没有读入", ReasonEn: "Column %[1]q is not in the template and was not read", RemedyZh: "如果是模板里的某一列，请按模板改列名再交。", RemedyEn: "If it is one of the template's columns, name it so and send the file again."},
	}
}
