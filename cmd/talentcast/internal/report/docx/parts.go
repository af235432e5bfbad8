package docx

import (
	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/ooxml"
)

// parts writes what stands beside the text: header, footer, styles, settings.
func (x *writer) parts() {
	add := func(name, kind, body string) {
		x.pkg.Add("word/"+name, kinds+kind+"+xml", []byte(ooxml.Header+body))
	}
	ns := `xmlns:w="` + nsW + `" xmlns:r="` + ooxml.Relations + `"`
	stamp := x.d.Stamp.Line(x.d.Lang)
	mark := ""
	if x.d.Stamp.Demo {
		mark = run(document.DemoMark(x.d.Lang)+" ", "Strong")
	}
	add("header1.xml", "header", `<w:hdr `+ns+`><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>`+mark+run(stamp, "")+`</w:p></w:hdr>`)
	// GB/T 9704: the number of the page between dashes.
	add("footer1.xml", "footer", `<w:ftr `+ns+`><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>`+run("— ", "")+field("PAGE", "1")+run(" —", "")+`</w:p></w:ftr>`)
	add("styles.xml", "styles", styles(x.d))
	add("fontTable.xml", "fontTable", fontTable())
	add("settings.xml", "settings", `<w:settings xmlns:w="`+nsW+`"><w:zoom w:percent="100"/><w:updateFields w:val="true"/><w:defaultTabStop w:val="420"/><w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`)
	add("numbering.xml", "numbering", `<w:numbering xmlns:w="`+nsW+`">`+
		`<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="640" w:hanging="400"/></w:pPr></w:lvl></w:abstractNum>`+
		`<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="640" w:hanging="400"/></w:pPr></w:lvl></w:abstractNum>`+
		`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>`)
	x.pkg.Properties(x.d, "talentcast")
}
