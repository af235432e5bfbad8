package ooxml

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Repack writes a package that another library made, its parts and content types
// in order and dated at, so that the same content gives the same bytes.
func Repack(w io.Writer, body []byte, at time.Time) error {
	in, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return fmt.Errorf("repack: %w", err)
	}
	files := slices.Clone(in.File)
	slices.SortFunc(files, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, f := range files {
		r, err := f.Open()
		if err != nil {
			return fmt.Errorf("repack %s: %w", f.Name, err)
		}
		part, err := io.ReadAll(r)
		if err != nil {
			return fmt.Errorf("repack %s: %w", f.Name, err)
		}
		if f.Name == "[Content_Types].xml" {
			part = inOrder(part)
		}
		to, err := out.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: at.UTC()})
		if err != nil {
			return fmt.Errorf("repack %s: %w", f.Name, err)
		}
		if _, err := to.Write(part); err != nil {
			return fmt.Errorf("repack %s: %w", f.Name, err)
		}
	}
	return out.Close()
}

// inOrder sorts the content types by ending.
func inOrder(part []byte) []byte {
	defaults := regexp.MustCompile(`(?s)<Default [^>]*?(/>|></Default>)`)
	all := defaults.FindAllString(string(part), -1)
	if len(all) == 0 {
		return part
	}
	slices.Sort(all)
	first := defaults.FindStringIndex(string(part))[0]
	rest := defaults.ReplaceAllString(string(part), "")
	return []byte(rest[:first] + strings.Join(all, "") + rest[first:])
}
