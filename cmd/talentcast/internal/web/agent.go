package web

import (
	"strings"

	"talentcast/analytics/phrase"
)

// browsers are told by what they alone send, so the order counts: most say that they
// are Chrome and Safari too.
var browsers = [][2]string{
	{"MicroMessenger/", "WeChat"},
	{"DingTalk/", "DingTalk"},
	{"QQBrowser/", "QQ Browser"},
	{"360", "360"},
	{"Edg/", "Edge"},
	{"EdgA/", "Edge"},
	{"OPR/", "Opera"},
	{"Firefox/", "Firefox"},
	{"HeadlessChrome/", "Chrome"},
	{"Chrome/", "Chrome"},
	{"Version/", "Safari"},
}

// browsersZh are the names of those that have one in Chinese.
var browsersZh = map[string]string{"WeChat": "微信", "DingTalk": "钉钉", "QQ Browser": "QQ浏览器", "360": "360浏览器"}

var systems = [][2]string{
	{"HarmonyOS", "HarmonyOS"},
	{"OpenHarmony", "HarmonyOS"},
	{"Windows", "Windows"},
	{"Android", "Android"},
	{"iPhone", "iOS"},
	{"iPad", "iPadOS"},
	{"Mac OS X", "macOS"},
	{"Linux", "Linux"},
}

// browserName is browser and system in words, as far as the browser says who it is;
// of a program it is the name that it gives itself.
func browserName(agent, lang string) string {
	name := ""
	for _, b := range browsers {
		if _, after, ok := strings.Cut(agent, b[0]); ok && strings.HasPrefix(agent, "Mozilla/") {
			name = b[1]
			if zh, ok := browsersZh[name]; ok && lang == phrase.Zh {
				name = zh
			}
			if strings.HasSuffix(b[0], "/") {
				name = strings.TrimSpace(name + " " + leading(after))
			}
			break
		}
	}
	if name == "" {
		name, _, _ = strings.Cut(agent, " ")
	}
	for _, s := range systems {
		if strings.Contains(agent, s[0]) {
			return joined(name, s[1])
		}
	}
	return name
}

// leading is the number that a text begins with: of a version what people know it by.
func leading(s string) string {
	n := 0
	for n < len(s) && n < 5 && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[:n]
}
