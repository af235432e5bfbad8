package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Trouble is why a file of settings is no YAML of the form it should have. It says
// where, and shows nothing of the file: the next line may be a password.
type Trouble struct {
	Line, Column int // 0 where it is not known
	Reason       string
}

// Error is where and why.
func (t *Trouble) Error() string { return t.Text("en") }

// Text is where and why, in the language "en", or else in Chinese.
func (t *Trouble) Text(lang string) string {
	switch {
	case t.Line == 0:
		return t.Reason
	case lang == "en":
		return fmt.Sprintf("line %d, column %d: %s", t.Line, t.Column, t.Reason)
	}
	return fmt.Sprintf("第%d行第%d列：%s", t.Line, t.Column, t.Reason)
}

// troubled keeps of the library's error what may be shown.
func troubled(err error) *Trouble {
	var own *Trouble
	if errors.As(err, &own) {
		return own
	}
	var y yaml.Error
	if !errors.As(err, &y) {
		return &Trouble{Reason: "not a file of names and values"}
	}
	reason, _, _ := strings.Cut(y.GetMessage(), "\n")
	t := &Trouble{Reason: reason}
	if token := y.GetToken(); token != nil && token.Position != nil {
		t.Line, t.Column = token.Position.Line, token.Position.Column
	}
	return t
}

// Decode reads a file of one YAML document into v, whose fields are all that it may
// have. An empty one changes nothing.
func Decode(b []byte, v any) (t *Trouble) {
	defer caught(&t)
	body, t := document(b)
	if t != nil || body == nil {
		return t
	}
	if err := yaml.NewDecoder(bytes.NewReader(plain(b)), yaml.Strict()).Decode(v); err != nil && !errors.Is(err, io.EOF) {
		return troubled(err)
	}
	return nil
}

// caught turns a panic into trouble: the library has panicked on malformed input.
func caught(t **Trouble) {
	if p := recover(); p != nil {
		*t = &Trouble{Reason: "not a file of names and values"}
	}
}

// plain is a file without the mark that editors of Windows begin it with.
func plain(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\uFEFF")) }

// document parses a file of one document; nil stands for one without content.
func document(b []byte) (body ast.Node, t *Trouble) {
	file, err := parser.ParseBytes(plain(b), 0)
	if err != nil {
		return nil, troubled(err)
	}
	for _, d := range file.Docs {
		switch {
		case d.Body == nil || d.Body.Type() == ast.NullType || d.Body.Type() == ast.CommentType || d.Body.Type() == ast.DirectiveType:
		case body != nil:
			return nil, at(d.Body, "a second document (after ---) would not be read")
		default:
			body = d.Body
		}
	}
	return body, nil
}

func at(n ast.Node, reason string) *Trouble {
	t := &Trouble{Reason: reason}
	if token := n.GetToken(); token != nil && token.Position != nil {
		t.Line, t.Column = token.Position.Line, token.Position.Column
	}
	return t
}

// pairs are the entries of a mapping.
func pairs(body ast.Node) ([]*ast.MappingValueNode, *Trouble) {
	switch m := body.(type) {
	case nil:
		return nil, nil
	case *ast.MappingNode:
		return m.Values, nil
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}, nil
	}
	return nil, at(body, "not a list of names and values")
}

// written is a value as it is written: a password 00123 is not the number 83, and
// 1.10 is not 1.1. ok is false for what is no single value.
func written(n ast.Node) (text string, ok bool) {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return "", true
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}
