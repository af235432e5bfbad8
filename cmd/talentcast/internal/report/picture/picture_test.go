package picture_test

import (
	"bytes"
	"image"
	_ "image/png"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/charts"
	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/picture"
)

const option = `{"animation":false,"title":{"text":"人才","textStyle":{"color":"#16222e","width":376}},"xAxis":{"type":"category","data":["2012年","2013年"]},"yAxis":{},"series":[{"type":"bar","itemStyle":{"color":"#0b5fa5"},"data":[3,5]}]}`

func item() picture.Item {
	return picture.Item{
		Chart:    charts.Chart{Name: "bars", Title: "人才", Alt: "3，5", Option: []byte(option), W: 400, H: 300},
		Editable: &document.Chart{Kind: document.Columns, Title: "人才", X: "年", Y: "人", Categories: []string{"2012", "2013"}, Series: []document.Series{{Name: "数", Values: []float64{3, 5}}}},
		Stamp:    document.Stamp{Policy: "某区", AsOf: analytics.Date(2015, 6, 30), Demo: true}, Lang: "zh",
	}
}

func renderer(t *testing.T) *render.Renderer {
	t.Helper()
	r, err := render.New(render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestEveryFormatIsWhatItSays(t *testing.T) {
	r := renderer(t)
	heads := map[string]string{"svg": "<svg", "png": "\x89PNG", "pdf": "%PDF", "xlsx": "PK", "json": "{"}
	for _, ending := range picture.Endings() {
		for _, theme := range charts.Themes() {
			set := picture.Settings{Theme: theme, W: 640, H: 320}
			a, err := picture.Write(t.Context(), r, item(), ending, set)
			if err != nil || !bytes.HasPrefix(a, []byte(heads[ending])) {
				t.Fatalf("%s in %s: %q, %v", ending, theme, a[:min(len(a), 20)], err)
			}
			b, err := picture.Write(t.Context(), r, item(), ending, set)
			if err != nil || !bytes.Equal(a, b) {
				t.Errorf("%s in %s differs the second time: %v", ending, theme, err)
			}
			if picture.Type(ending) == "" {
				t.Errorf("%s has no content type", ending)
			}
		}
	}
}

// TestGround looks at a corner of the picture, where nothing but the ground is.
func TestGround(t *testing.T) {
	r := renderer(t)
	for _, test := range []struct {
		set  picture.Settings
		want [4]uint32
	}{
		{picture.Settings{}, [4]uint32{0xffff, 0xffff, 0xffff, 0xffff}},
		{picture.Settings{Theme: charts.OnDark}, [4]uint32{0x1818, 0x2121, 0x2929, 0xffff}},
		{picture.Settings{Ground: picture.Clear}, [4]uint32{}},
		{picture.Settings{Theme: charts.OnDark, Ground: picture.Clear}, [4]uint32{}},
	} {
		body, err := picture.Write(t.Context(), r, item(), "png", test.set)
		if err != nil {
			t.Fatal(err)
		}
		img, _, err := image.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds().Dx() != 800 {
			t.Errorf("%d px wide, want 800", img.Bounds().Dx())
		}
		cr, cg, cb, ca := img.At(1, img.Bounds().Dy()-2).RGBA()
		if got := [4]uint32{cr, cg, cb, ca}; got != test.want {
			t.Errorf("%+v: ground %x, want %x", test.set, got, test.want)
		}
	}
	for ground, has := range map[picture.Ground]bool{picture.Usual: false, picture.Clear: false, picture.White: true} {
		svg, err := picture.Write(t.Context(), r, item(), "svg", picture.Settings{Theme: charts.OnDark, Ground: ground})
		if ground == picture.Usual {
			has = true // light words on a white page would be lost
		}
		if err != nil || bytes.Contains(svg, []byte("#182129")) != has {
			t.Errorf("dark SVG with ground %q: has its ground %v, %v", ground, !has, err)
		}
	}
}

func TestRefused(t *testing.T) {
	r := renderer(t)
	for name, test := range map[string]struct {
		ending string
		set    picture.Settings
		code   fault.Code
	}{
		"narrow":     {"svg", picture.Settings{W: picture.Least - 1}, fault.Invalid},
		"tall":       {"svg", picture.Settings{H: picture.Most + 1}, fault.Invalid},
		"ground":     {"png", picture.Settings{Ground: "url(x)"}, fault.Invalid},
		"huge":       {"png", picture.Settings{W: 4000, H: 4000, Scale: 3}, fault.TooLarge},
		"format":     {"emf", picture.Settings{}, fault.NotFound},
		"no chart":   {"xlsx", picture.Settings{}, fault.NotFound},
		"json scale": {"png", picture.Settings{Scale: 9}, fault.Invalid},
	} {
		x := item()
		x.Editable = nil
		if _, err := picture.Write(t.Context(), r, x, test.ending, test.set); !fault.Is(err, test.code) {
			t.Errorf("%s: %v, want %s", name, err, test.code)
		}
	}
}

func TestWorkbookHasChartAndData(t *testing.T) {
	body, err := picture.Write(t.Context(), renderer(t), item(), "xlsx", picture.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var cells []string
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			cells = append(cells, row...)
		}
	}
	for _, want := range []string{"2012", "5", "数"} {
		if !slices.Contains(cells, want) {
			t.Errorf("no cell %q in %q", want, cells)
		}
	}
	if !strings.Contains(strings.Join(cells, " "), "演示数据") {
		t.Error("the workbook does not say that the data are synthetic")
	}
}
