package web

import (
	"embed"
	"encoding/json"
	"fmt"

	"talentcast/analytics/phrase"
)

//go:embed i18n/*.json
var wordFiles embed.FS

// words are the interface's texts by language and key. Both languages have the
// same keys; a test sees to it.
type words map[string]map[string]string

func loadWords() (words, error) {
	w := words{}
	for _, lang := range []string{phrase.Zh, phrase.En} {
		b, err := wordFiles.ReadFile("i18n/" + lang + ".json")
		if err != nil {
			return nil, fmt.Errorf("texts: %w", err)
		}
		var texts map[string]string
		if err := json.Unmarshal(b, &texts); err != nil {
			return nil, fmt.Errorf("texts of %s: %w", lang, err)
		}
		w[lang] = texts
	}
	return w, nil
}

// text is the text of the key, with args where it has verbs. A key that is not
// there shows as itself: a page with an odd word is better than none.
func (w words) text(lang, key string, args ...any) string {
	s, ok := w[lang][key]
	switch {
	case !ok:
		return key
	case len(args) > 0:
		return fmt.Sprintf(s, args...)
	}
	return s
}
