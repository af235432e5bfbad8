package compose

import "reflect"

// fill puts an example into every field of facts, so that a template can be tried
// without data.
func fill(facts any, lang string) { fillValue(reflect.ValueOf(facts).Elem(), pick(lang, "某", "x")) }

func fillValue(v reflect.Value, word string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fillValue(v.Field(i), word)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fillValue(v.Index(i), word)
		}
	case reflect.String:
		v.SetString(word)
	case reflect.Int:
		v.SetInt(2)
	}
}
