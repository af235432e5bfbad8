package ingest

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"talentcast/analytics/fault"
)

// The encodings of text files.
const (
	UTF8    = "UTF-8"
	UTF8BOM = "UTF-8 BOM"
	GB18030 = "GB18030"
	UTF16LE = "UTF-16LE"
	UTF16BE = "UTF-16BE"
)

// Encodings lists what Options.Encoding may be, besides empty. Upper and lower
// case are one; GBK and GB2312 are read as GB18030, which contains them.
func Encodings() []string { return []string{UTF8, GB18030, UTF16LE, UTF16BE} }

// decode returns the file's text as UTF-8 without a byte order mark, and the
// name of the encoding it was in.
func decode(name string, data []byte, want string) ([]byte, string, error) {
	enc, err := encodingNamed(want)
	if err != nil {
		return nil, "", err
	}
	if enc == "" {
		enc = detectEncoding(data)
	}
	switch enc {
	case UTF8, UTF8BOM:
		if !utf8.Valid(data) {
			return nil, "", wrongEncoding(name, UTF8)
		}
		return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), enc, nil
	case UTF16LE:
		return decodeWith(name, data, enc, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM))
	case UTF16BE:
		return decodeWith(name, data, enc, unicode.UTF16(unicode.BigEndian, unicode.UseBOM))
	default:
		return decodeWith(name, data, enc, simplifiedchinese.GB18030)
	}
}

func detectEncoding(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return UTF8BOM
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return UTF16LE
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return UTF16BE
	case utf8.Valid(data):
		return UTF8
	}
	return GB18030
}

func encodingNamed(s string) (string, error) {
	switch strings.ToUpper(strings.TrimSpace(s)) {
	case "":
		return "", nil
	case "UTF-8", "UTF8", "UTF-8 BOM":
		return UTF8, nil
	case "GB18030", "GBK", "GB2312":
		return GB18030, nil
	case "UTF-16LE", "UTF-16":
		return UTF16LE, nil
	case "UTF-16BE":
		return UTF16BE, nil
	}
	return "", fault.Newf(fault.Invalid, "不认识的编码“%[1]s”；可以用 %[2]s，或不指定。",
		"There is no encoding %[1]q; use %[2]s, or none to have it detected.", s, strings.Join(Encodings(), ", "))
}

// decodeWith decodes and then looks for what could not be: the decoders replace
// such bytes by U+FFFD without saying so.
func decodeWith(name string, data []byte, enc string, e encoding.Encoding) ([]byte, string, error) {
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return nil, "", wrongEncoding(name, enc).Because(fmt.Errorf("decode %s: %w", enc, err))
	}
	if bytes.ContainsRune(out, utf8.RuneError) {
		return nil, "", wrongEncoding(name, enc)
	}
	return bytes.TrimPrefix(out, []byte("\xef\xbb\xbf")), enc, nil
}

func wrongEncoding(name, enc string) *fault.Error {
	return fault.Newf(fault.Unreadable,
		"%[1]s 不能按 %[2]s 编码读出；请用 Excel 或 WPS 打开，另存为“CSV UTF-8”或 .xlsx 再交。",
		"%[1]s can't be read as %[2]s; open it in Excel or WPS, save it as CSV UTF-8 or .xlsx and send that.", name, enc)
}
