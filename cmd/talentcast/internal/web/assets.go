package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/charts"
	"talentcast/charts/render"
)

//go:embed static
var staticFiles embed.FS

// asset is a static file, compressed once.
type asset struct {
	kind   string // content type
	hash   string
	plain  []byte
	zipped []byte
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// loadAssets reads the server's own files and, from the renderer, the chart
// script: pages and exports draw with the same copy.
func loadAssets() (map[string]asset, error) {
	out := map[string]asset{}
	entries, err := staticFiles.ReadDir("static")
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	palettes, err := json.Marshal(charts.Palettes())
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	files := map[string][]byte{"formatters.js": fmt.Appendf(render.Formatters(), "\ntalentcast.palettes = %s;\n", palettes)}
	for _, e := range entries {
		if files[e.Name()], err = staticFiles.ReadFile("static/" + e.Name()); err != nil {
			return nil, fmt.Errorf("assets: %w", err)
		}
	}
	if files["echarts.js"], err = render.Script(); err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	for name, b := range files {
		sum := sha256.Sum256(b)
		var z bytes.Buffer
		w, err := gzip.NewWriterLevel(&z, gzip.DefaultCompression)
		if err != nil {
			return nil, fmt.Errorf("assets: %w", err)
		}
		if _, err := w.Write(b); err != nil {
			return nil, fmt.Errorf("assets: %w", err)
		}
		if err := w.Close(); err != nil {
			return nil, fmt.Errorf("assets: %w", err)
		}
		out[name] = asset{contentTypes[path.Ext(name)], hex.EncodeToString(sum[:6]), b, z.Bytes()}
	}
	return out, nil
}

func (s *Server) static(c *gin.Context) {
	a, ok := s.assets[c.Param("name")]
	if !ok {
		s.fail(c, fault.Newf(fault.NotFound, "没有文件 %[1]s；请刷新页面。", "There is no file %[1]s; reload the page.", clip(c.Param("name"))))
		return
	}
	h := c.Writer.Header()
	h.Set("ETag", `"`+a.hash+`"`)
	h.Set("Cache-Control", "no-cache")
	if c.Query("v") == a.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if c.GetHeader("If-None-Match") == `"`+a.hash+`"` {
		c.Status(http.StatusNotModified)
		return
	}
	body := a.plain
	if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.zipped
	}
	c.Data(http.StatusOK, a.kind, body)
}
