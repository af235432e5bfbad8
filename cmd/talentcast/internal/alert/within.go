package alert

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"talentcast/analytics/phrase"
)

// How long a message may be, in bytes as JSON has them. WeCom refuses markdown over
// 4,096 bytes; DingTalk and Feishu refuse requests over some 20,000, in which there
// is more than the text.
const (
	mostWeCom    = 4096
	mostDingTalk = 18_000
	mostFeishu   = 18_000
)

// mostTitle is how much of a title stands over a message that is cut.
const mostTitle = 300

// within is as much of the message as fits, cut between lines, with a last line that
// says how many more there are: a room would refuse the whole of it at every try.
func (m message) within(most int, form func(message) string) message {
	if length(form(m)) <= most {
		return m
	}
	all := m.lines
	m.title = shortened(m.title, mostTitle)
	for n := len(all) - 1; n > 0; n-- {
		m.lines = append(slices.Clone(all[:n]), m.rest(len(all)-n))
		if length(form(m)) <= most {
			return m
		}
	}
	// Even the first line is too long alone.
	m.lines = []string{shortened(all[0], most/8)} // what a byte takes as JSON at most, and room to spare
	if len(all) > 1 {
		m.lines = append(m.lines, m.rest(len(all)-1))
	}
	return m
}

// rest says that n more alerts are not in the message.
func (m message) rest(n int) string {
	if m.lang == phrase.En {
		return fmt.Sprintf("… and %d more: see the page of alerts", n)
	}
	return fmt.Sprintf("……另有%d条，见提醒页", n)
}

// length is how many bytes a text takes as JSON.
func length(s string) int {
	b, err := json.Marshal(s)
	if err != nil {
		return len(s) // a string can always be written
	}
	return len(b) - len(`""`)
}

// shortened is a text of so many bytes at most, cut between characters.
func shortened(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most -= len("…"); most > 0 && !utf8.RuneStart(s[most]); most-- {
	}
	return s[:most] + "…"
}
