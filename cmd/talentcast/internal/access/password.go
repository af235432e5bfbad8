package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"talentcast/analytics/fault"
)

// Cost is what one hash of a password takes. The zero value stands for the usual:
// 64 MB, two passes, one lane. It is kept with every hash, so it can be raised.
type Cost struct {
	KB     uint32
	Passes uint32
	Lanes  uint8
}

func (c Cost) orUsual() Cost {
	if c == (Cost{}) {
		return Cost{64 << 10, 2, 1}
	}
	return c
}

const (
	saltBytes = 16
	hashBytes = 32
	// MinPassword and MaxPassword bound a password, in characters.
	MinPassword, MaxPassword = 12, 128
)

// hashPassword is the hash of a password with all that checking it needs.
func hashPassword(password string, c Cost) string {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	h := argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, c.Passes, c.KB, c.Lanes, hashBytes)
	enc := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.KB, c.Passes, c.Lanes, enc(salt), enc(h))
}

// fits reports whether the password is that of the hash, and whether the hash
// has the cost c.
func fits(password, hash string, c Cost) (ok, current bool, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, false, errors.New("password hash: not argon2id")
	}
	var version int
	var had Cost
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, false, fmt.Errorf("password hash: version %q", parts[2])
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &had.KB, &had.Passes, &had.Lanes); err != nil || had.Passes == 0 || had.Lanes == 0 || had.KB > 1<<20 {
		return false, false, fmt.Errorf("password hash: parameters %q", parts[3])
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, false, fmt.Errorf("password hash: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) < 16 {
		return false, false, fmt.Errorf("password hash: %d bytes: %w", len(want), err)
	}
	got := argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, had.Passes, had.KB, had.Lanes, uint32(len(want))) //nolint:gosec // a few dozen
	return subtle.ConstantTimeCompare(got, want) == 1, had == c, nil
}

// common are words that passwords are made of by adding digits and signs.
var common = []string{
	"password", "passw", "passwd", "qwerty", "qwertyuiop", "asdfgh", "asdfghjkl", "zxcvbnm", "admin", "administrator", "welcome", "letmein",
	"iloveyou", "woaini", "talentcast", "talent", "changeme", "liwan", "guangzhou", "rencai", "mima", "test", "user", "root", "monkey", "dragon", "abc", "abcd", "qaz", "wsx", "qazwsx", "qwer", "asdf",
}

// CheckPassword says whether a password may be taken for the account of the
// login: long enough, and none that is guessed first. No mixture of kinds of
// characters is asked for. Fault: Invalid.
func CheckPassword(password, login string) error {
	n := utf8.RuneCountInString(password)
	if !utf8.ValidString(password) || n < MinPassword || n > MaxPassword {
		return fault.Newf(fault.Invalid, "密码须为 %[1]d 到 %[2]d 个字符；可以用几个互不相干的词组成。",
			"A password has %[1]d to %[2]d characters; a few unrelated words will do.", MinPassword, MaxPassword)
	}
	lower := strings.ToLower(password)
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, lower)
	switch {
	case utf8.RuneCountInString(login) > 2 && strings.Contains(lower, strings.ToLower(login)),
		slices.Contains(common, letters), slices.Contains(common, halved(letters)), distinct(lower) < 5, steady(lower):
		return fault.New(fault.Invalid, "这个密码太容易被猜到；请换一个，不要用账号名、常见词加数字或连续字符。",
			"This password is among the first that are guessed; choose another, without the account's name, common words with digits, or runs of characters.")
	}
	return nil
}

// halved is the half of a text that repeats itself, else the text.
func halved(s string) string {
	if h := len(s) / 2; len(s)%2 == 0 && s[:h] == s[h:] {
		return s[:h]
	}
	return s
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// steady reports whether most of s is one run upwards or downwards, 1234567890.
func steady(s string) bool {
	rs := []rune(s)
	up, down := 0, 0
	for i := 1; i < len(rs); i++ {
		switch d := rs[i] - rs[i-1]; {
		case d == 1 || rs[i-1] == '9' && rs[i] == '0':
			up++
		case d == -1 || rs[i-1] == '0' && rs[i] == '9':
			down++
		}
	}
	return 4*max(up, down) >= 3*(len(rs)-1)
}

// onceLetters leave out what is taken for something else.
const onceLetters = "abcdefghijkmnpqrstuvwxyz23456789"

// oncePassword is a password to be handed over and changed at the first sign-in:
// 80 random bits in groups of four.
func oncePassword() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	var out strings.Builder
	for i, x := range b {
		if i > 0 && i%4 == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(onceLetters[int(x)%len(onceLetters)])
	}
	return out.String()
}
