package render

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"talentcast/analytics/fault"
)

// vendor holds what `make assets` fetched; only its README is committed.
//
//go:embed vendor
var vendor embed.FS

//go:embed formatters.js
var formatters string

//go:embed engine.js
var engineScript string

// FontFamily is the CSS font list charts are set in; the first is embedded.
const FontFamily = "Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"

// Weight is the weight of a font face.
type Weight int

// The embedded weights.
const (
	Regular Weight = iota
	Bold
)

// Script returns echarts.min.js, or a fault.Unavailable when it was not built
// in. The caller owns the copy.
func Script() ([]byte, error) { return asset("echarts.min.js") }

// Formatters returns the script that defines talentcast.prepare; the page loads
// it after [Script].
func Formatters() []byte { return []byte(formatters) }

// Font returns the TrueType file of the embedded face (glyf outlines, about
// 30,000 glyphs, so rare characters of names too). Bold is the regular face when no bold one was built
// in. It returns a fault.Unavailable when there is no font. The caller owns the
// copy.
func Font(w Weight) ([]byte, error) {
	if w == Bold {
		if b, err := asset("NotoSansSC-Bold.ttf"); err == nil {
			return b, nil
		}
	}
	return asset("NotoSansSC-Regular.ttf")
}

func asset(name string) ([]byte, error) {
	b, err := vendor.ReadFile("vendor/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Newf(fault.Unavailable,
			"程序中没有图表所需的文件 %s。请运行 make assets 后重新编译。",
			"The file %s that charts need was not built in. Run make assets and build again.",
			name).Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("read embedded %s: %w", name, err)
	}
	return b, nil
}
