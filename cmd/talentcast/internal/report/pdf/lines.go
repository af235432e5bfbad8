package pdf

import (
	"strings"
	"unicode"

	"talentcast/cmd/talentcast/internal/report/document"
)

// What may not begin and what may not end a line of Chinese (GB/T 15834, 禁则).
const (
	notFirst = "，。、；：？！）》」』】〕〉”’%‰℃…—·,.;:?!)]}>"
	notLast  = "（《「『【〔〈“‘([{<"
)

// letter is one piece of a line that is not broken: a Chinese character, a word, a
// space.
type letter struct {
	text  string
	width float64
	bold  bool
	light document.Light
}

// pieces takes runs apart.
func (x *writer) pieces(runs []document.Run, size float64, bold bool) []letter {
	var out []letter
	for _, r := range runs {
		text := x.printable(r.In(x.labels))
		strong := bold || r.Bold
		x.font(size, strong)
		word := ""
		flush := func() {
			if word != "" {
				out = append(out, letter{word, x.pdf.GetStringWidth(word), strong, r.Light})
				word = ""
			}
		}
		for _, c := range text {
			if wordy(c) {
				word += string(c)
				continue
			}
			flush()
			s := string(c)
			out = append(out, letter{s, x.pdf.GetStringWidth(s), strong, r.Light})
		}
		flush()
	}
	return out
}

// wordy reports whether a character is part of a word that is not broken: Latin
// letters and figures with what stands between them, as in 24.0% and 1,190.
func wordy(c rune) bool {
	return c != ' ' && c < 0x2E80 && !strings.ContainsRune("“”‘’—…·", c) && !unicode.Is(unicode.Han, c)
}

// wrap breaks pieces into lines of a width, the first one shorter by indent. A word
// that is wider than a line is broken where it must be.
func (x *writer) wrap(ls []letter, width, indent, size float64) [][]letter {
	var out [][]letter
	var line []letter
	used := indent
	for _, l := range ls {
		for l.width > width {
			var rest letter
			l, rest = x.split(l, width-used, size)
			if l.text == "" {
				out, line, used = append(out, line), nil, 0
				l = rest
				continue
			}
			out, line, used = append(out, append(line, l)), nil, 0
			l = rest
		}
		if used+l.width > width+0.01 && len(line) > 0 {
			if strings.ContainsAny(l.text, notFirst) && len([]rune(l.text)) == 1 && used+l.width < width+size { // it hangs rather than begins a line
				line = append(line, l)
				used += l.width
				continue
			}
			var carried []letter
			if last := line[len(line)-1]; len(line) > 1 && len([]rune(last.text)) == 1 && strings.Contains(notLast, last.text) {
				carried, line = []letter{last}, line[:len(line)-1]
			}
			out, line, used = append(out, line), carried, 0
			for _, c := range carried {
				used += c.width
			}
			if l.text == " " {
				continue
			}
		}
		line = append(line, l)
		used += l.width
	}
	if len(line) > 0 {
		out = append(out, line)
	}
	return out
}

// split takes as much of a word as a width holds, one character at least.
func (x *writer) split(l letter, width, size float64) (head, rest letter) {
	x.font(size, l.bold)
	rs := []rune(l.text)
	n := 0
	for n < len(rs) && x.pdf.GetStringWidth(string(rs[:n+1])) <= width {
		n++
	}
	if n == 0 && width > size {
		n = 1
	}
	head, rest = l, l
	head.text, rest.text = string(rs[:n]), string(rs[n:])
	head.width, rest.width = x.pdf.GetStringWidth(head.text), x.pdf.GetStringWidth(rest.text)
	return head, rest
}

// line writes one line of pieces.
func (x *writer) line(ls []letter, at, y, size float64) {
	for i := 0; i < len(ls); {
		j, text, width := i, "", 0.0
		for ; j < len(ls) && ls[j].bold == ls[i].bold && ls[j].light == ls[i].light; j++ {
			text += ls[j].text
			width += ls[j].width
		}
		x.font(size, ls[i].bold)
		if ls[i].light != document.NoLight {
			x.inkOf(ls[i].light)
		}
		x.put(at, y, text)
		if ls[i].light != document.NoLight {
			x.ink(0, 0, 0)
		}
		at += width
		i = j
	}
}

func (x *writer) inkOf(l document.Light) {
	var c [3]int
	for i := range c {
		for _, d := range l.Color()[2*i : 2*i+2] {
			c[i] = c[i]*16 + strings.IndexRune("0123456789ABCDEF", d)
		}
	}
	x.ink(c[0], c[1], c[2])
}

func lineWidth(ls []letter) float64 {
	w := 0.0
	for _, l := range ls {
		w += l.width
	}
	return w
}
