package datasets

// Name is the target's name in the language; the Chinese one where there is no
// other.
func (t Target) Name(lang string) string { return inLang(lang, t.NameZh, t.NameEn) }

// Note is what a reader should know of the commitment's wording.
func (t Target) Note(lang string) string { return inLang(lang, t.NoteZh, t.NoteEn) }

// Name is the policy's name in the language.
func (p Policy) Name(lang string) string { return inLang(lang, p.NameZh, p.NameEn) }

// Place is the policy's place in the language.
func (p Policy) Place(lang string) string { return inLang(lang, p.PlaceZh, p.PlaceEn) }

// Note is what a reader should know of the policy.
func (p Policy) Note(lang string) string { return inLang(lang, p.NoteZh, p.NoteEn) }

// Name is the department's name in the language.
func (d Department) Name(lang string) string { return inLang(lang, d.NameZh, d.NameEn) }

// Name is the plan's name in the language.
func (p Plan) Name(lang string) string { return inLang(lang, p.NameZh, p.NameEn) }

func inLang(lang, zh, en string) string {
	if lang == "en" && en != "" {
		return en
	}
	return zh
}

// Short is the name by which people call the target (500优才), or its Name.
func (t Target) Short(lang string) string {
	if s := inLang(lang, t.ShortZh, t.ShortEn); s != "" && (lang != "en" || t.ShortEn != "") {
		return s
	}
	return t.Name(lang)
}
