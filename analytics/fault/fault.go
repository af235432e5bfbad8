// Package fault is the error for what a user can put right: a code that
// programs test, and a sentence in each interface language that says what is
// wrong and what to do. Everything else that goes wrong is an ordinary error.
package fault

import (
	"errors"
	"fmt"
)

// Code says what sort of fault it is. web maps a Code to an HTTP status and cmd
// to an exit status, each in one place.
type Code string

// The codes.
const (
	Invalid     Code = "invalid"     // an argument, parameter or form field can't be used
	NotFound    Code = "not_found"   // the policy, target, batch or scenario named does not exist
	Unreadable  Code = "unreadable"  // a file as a whole can't be read as what it claims to be
	Conflict    Code = "conflict"    // what is stored does not allow it, or someone else holds it
	TooLarge    Code = "too_large"   // over a stated limit
	Forbidden   Code = "forbidden"   // the account has no right to it
	SignIn      Code = "sign_in"     // nobody is signed in, or no longer
	TooMany     Code = "too_many"    // too often in too short a time
	Unavailable Code = "unavailable" // a part this needs (asset, font, program) is not there
)

// Error is a user's fault. Zh and En are whole sentences: what is wrong, then
// what to do.
type Error struct {
	Code   Code
	Zh, En string
	Err    error // the cause, or nil
}

// New makes a fault with its sentences in Chinese and English.
func New(code Code, zh, en string) *Error { return &Error{Code: code, Zh: zh, En: en} }

// Newf is New with one set of arguments for both sentences; use explicit
// indices (%[1]s) where the word order differs.
func Newf(code Code, zh, en string, args ...any) *Error {
	return &Error{Code: code, Zh: fmt.Sprintf(zh, args...), En: fmt.Sprintf(en, args...)}
}

// Because returns a copy of e with the cause err.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// Error returns the English sentence and the cause.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.En + " (" + e.Err.Error() + ")"
	}
	return e.En
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Text is the sentence in the language "en", or else in Chinese.
func (e *Error) Text(lang string) string {
	if lang == "en" {
		return e.En
	}
	return e.Zh
}

// As returns the fault in err's chain, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Is reports whether err's chain holds a fault with the code.
func Is(err error, code Code) bool {
	e := As(err)
	return e != nil && e.Code == code
}
