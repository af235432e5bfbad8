// Package ooxml is what Word and PowerPoint files share: a ZIP of XML parts with
// their content types and relations (ECMA-376-2, Open Packaging Conventions),
// written so that the same parts give the same bytes.
package ooxml

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"sort"
	"strings"
	"time"

	"talentcast/cmd/talentcast/internal/report/document"
)

// The namespaces of relations.
const (
	Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	Header    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

// Package collects parts.
type Package struct {
	parts  []part
	rels   map[string][]relation // by the part they are of; "" for the package
	defaul map[string]string     // content types by ending
}

type part struct {
	name, kind string
	body       []byte
}

type relation struct{ id, kind, target string }

// New starts a package.
func New() *Package {
	return &Package{rels: map[string][]relation{}, defaul: map[string]string{"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}}
}

// Add adds a part under its name, word/document.xml; kind is its content type, or
// empty where [Package.Ending] says it.
func (p *Package) Add(name, kind string, body []byte) {
	p.parts = append(p.parts, part{name, kind, body})
}

// Ending declares the content type of all parts of an ending.
func (p *Package) Ending(ending, kind string) { p.defaul[ending] = kind }

// Relate relates a part ("" for the package) to a target and returns the id of the
// relation. kind is the last part of its type's address, or a whole one.
func (p *Package) Relate(from, kind, target string) string {
	if !strings.Contains(kind, "://") {
		kind = Relations + "/" + kind
	}
	id := fmt.Sprintf("rId%d", len(p.rels[from])+1)
	p.rels[from] = append(p.rels[from], relation{id, kind, target})
	return id
}

// Properties adds who and when: the title, the as-of date as the time of writing,
// and what the stamp says.
func (p *Package) Properties(d document.Document, application string) {
	at := d.Stamp.AsOf.UTC().Format("2006-01-02T15:04:05Z")
	subject := d.Stamp.Line(d.Lang)
	category := ""
	if d.Stamp.Demo {
		category = document.DemoWord(d.Lang)
	}
	creator := d.Stamp.Organ
	if creator == "" {
		creator = "talentcast"
	}
	core := Header + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + Text(d.Title) + `</dc:title><dc:subject>` + Text(subject) + `</dc:subject><dc:creator>` + Text(creator) + `</dc:creator>` +
		`<dc:language>` + pick(d.Lang, "zh-CN", "en-GB") + `</dc:language><cp:category>` + Text(category) + `</cp:category>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + at + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + at + `</dcterms:modified></cp:coreProperties>`
	app := Header + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>` + Text(application) + `</Application></Properties>`
	p.Add("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml", []byte(core))
	p.Add("docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml", []byte(app))
	p.Relate("", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml")
	p.Relate("", "extended-properties", "docProps/app.xml")
}

// Write writes the package; at is the time every part gets.
func (p *Package) Write(w io.Writer, at time.Time) error {
	z := zip.NewWriter(w)
	put := func(name string, body []byte) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at.UTC()})
		if err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		_, err = f.Write(body)
		return err
	}
	if err := put("[Content_Types].xml", p.contentTypes()); err != nil {
		return err
	}
	for _, from := range sorted(p.rels) {
		if err := put(relsName(from), relations(p.rels[from])); err != nil {
			return err
		}
	}
	for _, x := range p.parts {
		if err := put(x.name, x.body); err != nil {
			return err
		}
	}
	return z.Close()
}

func (p *Package) contentTypes() []byte {
	var b bytes.Buffer
	b.WriteString(Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`)
	for _, e := range sorted(p.defaul) {
		fmt.Fprintf(&b, `<Default Extension="%s" ContentType="%s"/>`, e, p.defaul[e])
	}
	for _, x := range p.parts {
		if x.kind != "" {
			fmt.Fprintf(&b, `<Override PartName="/%s" ContentType="%s"/>`, x.name, x.kind)
		}
	}
	b.WriteString(`</Types>`)
	return b.Bytes()
}

func relsName(from string) string {
	if from == "" {
		return "_rels/.rels"
	}
	return path.Dir(from) + "/_rels/" + path.Base(from) + ".rels"
}

func relations(rs []relation) []byte {
	var b bytes.Buffer
	b.WriteString(Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for _, r := range rs {
		fmt.Fprintf(&b, `<Relationship Id="%s" Type="%s" Target="%s"/>`, r.id, r.kind, Text(r.target))
	}
	b.WriteString(`</Relationships>`)
	return b.Bytes()
}

// Text escapes text for an element or an attribute, and drops what XML can't hold.
func Text(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(document.Clean(s))) // a Builder does not fail
	return b.String()
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func pick(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}
