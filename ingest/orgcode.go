package ingest

import (
	"regexp"
	"strings"
)

// The characters of a unified social credit code in the order of their values
// (no I, O, S, V, Z), and the weights of the first 17: powers of 3 modulo 31
// (GB 32100-2015). Those of an organisation code: GB 11714-1997.
const creditChars = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var (
	creditWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	orgWeights    = [8]int{3, 7, 9, 10, 5, 8, 4, 2}
)

var (
	creditForm   = regexp.MustCompile(`^[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}$`)
	orgForm      = regexp.MustCompile(`^[0-9A-Z]{8}[0-9X]$`)
	registerForm = regexp.MustCompile(`^\d{15}$`)
)

// checkOrgCode reads the code of an institution into its plain form: a unified
// social credit code of 18 characters, an organisation code of 9 (with or
// without the hyphen) or a business registration number of 15 digits (GS
// 15-2006), without spaces or hyphens, in capitals. The rule is "" or that which
// the code breaks.
func checkOrgCode(s string) (code, rule string) {
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '—', '–', '\'', '’':
			return -1
		}
		return r
	}, strings.ToUpper(narrow(s)))
	ok := false
	switch {
	case creditForm.MatchString(s):
		ok = creditCheck(s[:17]) == s[17]
	case orgForm.MatchString(s):
		ok = orgCheck(s[:8]) == s[8]
	case registerForm.MatchString(s):
		ok = registerCheck(s[:14]) == s[14]
	default:
		return "", codeCodeForm
	}
	if !ok {
		return "", codeCodeChecksum
	}
	return s, ""
}

func creditCheck(first string) byte {
	sum := 0
	for i := range 17 {
		sum += strings.IndexByte(creditChars, first[i]) * creditWeights[i]
	}
	return creditChars[(31-sum%31)%31]
}

func orgCheck(first string) byte {
	sum := 0
	for i := range 8 {
		v := int(first[i] - '0')
		if first[i] >= 'A' {
			v = int(first[i]-'A') + 10
		}
		sum += v * orgWeights[i]
	}
	return "0123456789X0"[11-sum%11]
}

// registerCheck is ISO 7064 MOD 11,10.
func registerCheck(first string) byte {
	p := 10
	for i := range 14 {
		if p = (p + int(first[i]-'0')) % 10; p == 0 {
			p = 10
		}
		p = p * 2 % 11
	}
	return byte('0' + (11-p)%10)
}
