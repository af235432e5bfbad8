package datasets

import (
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"talentcast/analytics/fault"
)

// dsn is how the driver is told of a file, "" for memory, and its options. It takes
// what follows a question mark for options, knows no way to escape one, and takes a
// word with a colon at the beginning for a place on the network: so the path is made
// absolute, and one that would be taken for something else is refused before anything
// is made.
//
// Faults: Invalid.
func dsn(path string, options ...string) (string, error) {
	options = append([]string{"autoinstall_known_extensions=false", "autoload_known_extensions=false"}, options...)
	query := "?" + strings.Join(options, "&")
	if path == "" {
		return query, nil
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fault.Newf(fault.Unavailable, "无法确定数据目录 %[1]q 的位置；请用 --data 给出完整路径。", "It can't be told where %[1]q is; give --data as a whole path.", path).Because(err)
	}
	if err := checkPath(abs); err != nil {
		return "", err
	}
	return abs + query, nil
}

// CheckFolder refuses a data folder whose name the database can't have, before it is
// made.
func CheckFolder(path string) error {
	_, err := dsn(path)
	return err
}

func checkPath(path string) error {
	if !utf8.ValidString(path) {
		return fault.Newf(fault.Invalid,
			"数据目录 %[1]q 的名称不是 UTF-8 编码；请改名，或用 --data 另选目录。",
			"The name of the data folder %[1]q is not UTF-8; rename it, or choose another with --data.", path)
	}
	if strings.ContainsAny(path, "?#%") || strings.ContainsFunc(path, unicode.IsControl) {
		return fault.Newf(fault.Invalid,
			"数据目录 %[1]q 的名称中不能有 ?、#、%% 或控制字符；请改名，或用 --data 另选目录。",
			"The data folder %[1]q can't have ?, #, %% or control characters in its name; rename it, or choose another with --data.", path)
	}
	return nil
}
