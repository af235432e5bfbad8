package ingest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"talentcast/analytics"
)

// weights of the digits of an ID number, and the check character for each
// remainder: GB 11643-1999, after ISO 7064 MOD 11-2.
var (
	idWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	idChecks  = "10X98765432"
)

var (
	idForm = regexp.MustCompile(`^[1-9]\d{16}[\dX]$`)
	// What a spreadsheet makes of a long number.
	idDamaged = regexp.MustCompile(`^\d(\.\d+)?E\+?1[4-9]$`)
	// An ID number within other text.
	idWithin = regexp.MustCompile(`(?:\b|[A-Za-z_])[1-9]\d{5}[ -]?(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[\dXx](?:\b|[A-Za-z_])`)
)

// checkID reads an ID number into its plain form: 18 characters, the last a
// digit or X. The code is "" or that of the rule which the number breaks.
func checkID(s string, today time.Time) (id, code string) {
	if plainID(s) {
		if born, ok := calendarDate(s[6:10], s[10:12], s[12:14], opens); ok && born.Year() >= 1900 && !born.After(today) {
			return s, ""
		}
	}
	s = strings.ToUpper(narrow(s))
	s = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\'' || r == '’' {
			return -1
		}
		return r
	}, s)
	switch {
	case idDamaged.MatchString(s):
		return "", codeIDDamaged
	case !idForm.MatchString(s):
		return "", codeIDForm
	case IDCheck(s[:17]) != s[17]:
		if strings.HasSuffix(s, "000") { // digits beyond the fifteenth were lost
			return "", codeIDDamaged
		}
		return "", codeIDChecksum
	}
	y, _ := strconv.Atoi(s[6:10])
	born, ok := calendarDate(s[6:10], s[10:12], s[12:14], opens)
	if !ok || y < 1900 || born.After(today) {
		return "", codeIDBirth
	}
	return s, ""
}

// plainID tells a number written plainly whose check character fits.
func plainID(s string) bool {
	if len(s) != 18 || s[0] == '0' {
		return false
	}
	c := IDCheck(s[:17])
	return c != 0 && c == s[17]
}

// IDCheck returns the check character of the first 17 digits of an ID number
// (GB 11643), or 0 if they are not 17 digits.
func IDCheck(digits string) byte {
	if len(digits) != 17 {
		return 0
	}
	sum := 0
	for i := range 17 {
		d := int(digits[i]) - '0'
		if d < 0 || d > 9 {
			return 0
		}
		sum += d * idWeights[i]
	}
	return idChecks[sum%11]
}

// hashID is the keyed hash under which a person is known, hex.
func hashID(key []byte, id string) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(id))
	return hex.EncodeToString(m.Sum(nil))
}

// maskID shows the first four and the last two characters, of a short number
// the first two.
func maskID(s string) string {
	r := []rune(s)
	if len(r) < 10 {
		return string(r[:min(2, len(r))]) + strings.Repeat("*", max(0, len(r)-2))
	}
	return string(r[:4]) + strings.Repeat("*", len(r)-6) + string(r[len(r)-2:])
}

// maskName keeps the first and the last character, of two only the first.
func maskName(s string) string {
	if plain := !strings.Contains(s, " "); plain && utf8.ValidString(s) {
		first, n := utf8.DecodeRuneInString(s)
		_, m := utf8.DecodeLastRuneInString(s)
		if count := utf8.RuneCountInString(s); count > 2 && first != utf8.RuneError {
			const stars = "********************************"
			if count-2 <= len(stars) {
				return s[:n] + stars[:count-2] + s[len(s)-m:]
			}
		}
	}
	r := []rune(strings.ReplaceAll(s, " ", ""))
	switch len(r) {
	case 0:
		return ""
	case 1:
		return string(r)
	case 2:
		return string(r[:1]) + "*"
	}
	return string(r[:1]) + strings.Repeat("*", len(r)-2) + string(r[len(r)-1:])
}

// scrub masks ID numbers that stand in other text.
func scrub(s string) string {
	if len(s) < 18 {
		return s
	}
	digits := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			digits++
		}
	}
	if digits < 17 { // too few for a number
		return s
	}
	return idWithin.ReplaceAllStringFunc(s, maskID)
}

// dayOf is the calendar day of a moment, in the moment's own location.
func dayOf(t time.Time) time.Time { return analytics.Date(t.Year(), t.Month(), t.Day()) }
