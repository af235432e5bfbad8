package pptx

import (
	"fmt"
	"strings"

	"talentcast/cmd/talentcast/internal/report/ooxml"
)

const group = `<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>`

// frame writes what all slides share: theme, master, the two layouts, and the
// master of the notes.
func (x *writer) frame() {
	x.pkg.Ending("png", "image/png")
	x.pkg.Ending("svg", "image/svg+xml")
	x.pkg.Relate("", "officeDocument", "ppt/presentation.xml")
	add := func(name, kind, body string) { x.pkg.Add("ppt/"+name, kinds+kind+"+xml", []byte(ooxml.Header+body)) }
	theme := func(name string) {
		x.pkg.Add("ppt/theme/"+name, "application/vnd.openxmlformats-officedocument.theme+xml", []byte(ooxml.Header+themeXML(x.d.Lang)))
	}
	theme("theme1.xml")
	theme("theme2.xml")
	add("slideMasters/slideMaster1.xml", "slideMaster", masterXML())
	x.pkg.Relate("ppt/slideMasters/slideMaster1.xml", "slideLayout", "../slideLayouts/slideLayout1.xml")
	x.pkg.Relate("ppt/slideMasters/slideMaster1.xml", "slideLayout", "../slideLayouts/slideLayout2.xml")
	x.pkg.Relate("ppt/slideMasters/slideMaster1.xml", "theme", "../theme/theme1.xml")
	for n, l := range []string{titleLayout(), contentLayout()} {
		name := fmt.Sprintf("slideLayouts/slideLayout%d.xml", n+1)
		add(name, "slideLayout", l)
		x.pkg.Relate("ppt/"+name, "slideMaster", "../slideMasters/slideMaster1.xml")
	}
	add("notesMasters/notesMaster1.xml", "notesMaster", notesMasterXML())
	x.pkg.Relate("ppt/notesMasters/notesMaster1.xml", "theme", "../theme/theme2.xml")
	x.pkg.Relate("ppt/presentation.xml", "slideMaster", "slideMasters/slideMaster1.xml")
	x.pkg.Relate("ppt/presentation.xml", "notesMaster", "notesMasters/notesMaster1.xml")
	x.pkg.Relate("ppt/presentation.xml", "theme", "theme/theme1.xml")
}

// presentation lists the slides.
func (x *writer) presentation(ids []string) {
	var b strings.Builder
	fmt.Fprintf(&b, ooxml.Header+`<p:presentation %s saveSubsetFonts="1"><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:notesMasterIdLst><p:notesMasterId r:id="rId2"/></p:notesMasterIdLst><p:sldIdLst>`, spaces)
	for i, id := range ids {
		fmt.Fprintf(&b, `<p:sldId id="%d" r:id="%s"/>`, 256+i, id)
	}
	fmt.Fprintf(&b, `</p:sldIdLst><p:sldSz cx="%d" cy="%d"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`, slideW, slideH)
	x.pkg.Add("ppt/presentation.xml", kinds+"presentation.main+xml", []byte(b.String()))
}

// notes writes what the speaker needs at hand.
func (x *writer) notes(n int, notes []string) {
	if len(notes) == 0 {
		return
	}
	name := fmt.Sprintf("ppt/notesSlides/notesSlide%d.xml", n)
	x.pkg.Relate(x.part, "notesSlide", fmt.Sprintf("../notesSlides/notesSlide%d.xml", n))
	x.pkg.Relate(name, "notesMaster", "../notesMasters/notesMaster1.xml")
	x.pkg.Relate(name, "slide", fmt.Sprintf("../slides/slide%d.xml", n))
	var b strings.Builder
	fmt.Fprintf(&b, ooxml.Header+`<p:notes %s><p:cSld><p:spTree>%s<p:sp><p:nvSpPr><p:cNvPr id="2" name="slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/></p:cNvSpPr><p:nvPr><p:ph type="sldImg"/></p:nvPr></p:nvSpPr><p:spPr/></p:sp><p:sp><p:nvSpPr><p:cNvPr id="3" name="notes"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="body" idx="1"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/>`, spaces, group)
	for _, s := range notes {
		fmt.Fprintf(&b, `<a:p><a:r><a:rPr lang="%s"/><a:t>%s</a:t></a:r></a:p>`, x.lang(), ooxml.Text(s))
	}
	b.WriteString(`</p:txBody></p:sp></p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:notes>`)
	x.pkg.Add(name, kinds+"notesSlide+xml", []byte(b.String()))
}

func place(x, y, w, h int) string {
	return fmt.Sprintf(`<p:spPr><a:xfrm><a:off x="%d" y="%d"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>`, x, y, w, h)
}

// spot is a placeholder of the master or a layout.
func spot(id int, kind string, index int, at, style string) string {
	idx := ""
	if index > 0 {
		idx = fmt.Sprintf(` idx="%d"`, index)
	}
	return fmt.Sprintf(`<p:sp><p:nvSpPr><p:cNvPr id="%d" name="%s"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="%s"%s/></p:nvPr></p:nvSpPr>%s<p:txBody><a:bodyPr lIns="0" rIns="0" anchor="ctr"><a:normAutofit/></a:bodyPr><a:lstStyle>%s</a:lstStyle><a:p><a:r><a:rPr lang="zh-CN"/><a:t> </a:t></a:r></a:p></p:txBody></p:sp>`, id, kind, kind, idx, at, style)
}

func level(size int, bold bool, align, color string) string {
	b := "0"
	if bold {
		b = "1"
	}
	return fmt.Sprintf(`<a:lvl1pPr algn="%s"><a:buNone/><a:defRPr sz="%d" b="%s"><a:solidFill><a:srgbClr val="%s"/></a:solidFill></a:defRPr></a:lvl1pPr>`, align, size*100, b, color)
}

func foots() string {
	return spot(10, "ftr", 11, place(margin, footTop, bodyW-90*pt, 22*pt), level(10, false, "l", "4A5866")) +
		spot(11, "sldNum", 12, place(slideW-margin-80*pt, footTop, 80*pt, 22*pt), level(12, false, "r", "4A5866"))
}

// bar is the stripe along the upper edge.
func bar() string {
	return fmt.Sprintf(`<p:sp><p:nvSpPr><p:cNvPr id="20" name="bar"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="0B4F8A"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="zh-CN"/></a:p></p:txBody></p:sp>`, slideW, 10*pt)
}

func masterXML() string {
	styles := func(size int, bold bool, color string) string { return level(size, bold, "l", color) }
	return `<p:sldMaster ` + spaces + `><p:cSld><p:bg><p:bgPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:effectLst/></p:bgPr></p:bg><p:spTree>` + group + bar() +
		spot(2, "title", 0, place(margin, titleTop, bodyW, titleH), level(26, true, "l", "0B4F8A")) +
		spot(3, "body", 1, place(margin, bodyTop, bodyW, bodyH), level(20, false, "l", "16222E")) + foots() +
		`</p:spTree></p:cSld><p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>` +
		`<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/><p:sldLayoutId id="2147483650" r:id="rId2"/></p:sldLayoutIdLst>` +
		`<p:txStyles><p:titleStyle>` + styles(26, true, "0B4F8A") + `</p:titleStyle><p:bodyStyle>` + styles(20, false, "16222E") + `</p:bodyStyle><p:otherStyle/></p:txStyles></p:sldMaster>`
}

func titleLayout() string {
	return `<p:sldLayout ` + spaces + ` type="title" preserve="1"><p:cSld name="Title"><p:spTree>` + group +
		spot(2, "ctrTitle", 0, place(margin, slideH/3-40*pt, bodyW, 110*pt), level(40, true, "ctr", "0B4F8A")) +
		spot(3, "subTitle", 1, place(margin, slideH/3+84*pt, bodyW, 60*pt), level(22, false, "ctr", "4A5866")) + foots() +
		`</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>`
}

func contentLayout() string {
	return `<p:sldLayout ` + spaces + ` type="titleOnly" preserve="1"><p:cSld name="Message"><p:spTree>` + group +
		spot(2, "title", 0, place(margin, titleTop, bodyW, titleH), level(26, true, "l", "0B4F8A")) + foots() +
		`</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>`
}

func notesMasterXML() string {
	return `<p:notesMaster ` + spaces + `><p:cSld><p:spTree>` + group +
		`<p:sp><p:nvSpPr><p:cNvPr id="2" name="slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/></p:cNvSpPr><p:nvPr><p:ph type="sldImg"/></p:nvPr></p:nvSpPr>` + place(685800, 685800, 5486400, 3086100) + `</p:sp>` +
		spot(3, "body", 1, place(685800, 4000500, 5486400, 4400000), level(12, false, "l", "000000")) +
		`</p:spTree></p:cSld><p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/></p:notesMaster>`
}

func themeXML(lang string) string {
	latin, asian := "Arial", "微软雅黑"
	if lang != "en" {
		latin = "Arial"
	}
	color := func(name, value string) string {
		return `<a:` + name + `><a:srgbClr val="` + value + `"/></a:` + name + `>`
	}
	colors := ""
	for _, c := range [][2]string{
		{"dk1", "16222E"},
		{"lt1", "FFFFFF"},
		{"dk2", "0B4F8A"},
		{"lt2", "F3F5F8"},
		{"accent1", "0B5FA5"},
		{"accent2", "D9730D"},
		{"accent3", "0A7D5A"},
		{"accent4", "7A4FA3"},
		{"accent5", "B3261E"},
		{"accent6", "F0C808"},
		{"hlink", "0B5FA5"},
		{"folHlink", "7A4FA3"},
	} {
		colors += color(c[0], c[1])
	}
	font := `<a:latin typeface="` + latin + `"/><a:ea typeface="` + asian + `"/><a:cs typeface=""/>`
	line := `<a:ln w="6350"><a:solidFill><a:schemeClr val="phClr"/></a:solidFill></a:ln>`
	fill := `<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>`
	effect := `<a:effectStyle><a:effectLst/></a:effectStyle>`
	return `<a:theme xmlns:a="` + nsA + `" name="talentcast"><a:themeElements><a:clrScheme name="talentcast">` + colors + `</a:clrScheme><a:fontScheme name="talentcast"><a:majorFont>` + font + `</a:majorFont><a:minorFont>` + font + `</a:minorFont></a:fontScheme>` +
		`<a:fmtScheme name="talentcast"><a:fillStyleLst>` + fill + fill + fill + `</a:fillStyleLst><a:lnStyleLst>` + line + line + line + `</a:lnStyleLst><a:effectStyleLst>` + effect + effect + effect + `</a:effectStyleLst><a:bgFillStyleLst>` + fill + fill + fill + `</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>`
}
