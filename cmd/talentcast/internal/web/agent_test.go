package web

import "testing"

func TestBrowserName(t *testing.T) {
	const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
	for agent, want := range map[string]string{
		chrome:                  "Chrome 126 · Windows",
		chrome + " Edg/125.0.1": "Edge 125 · Windows",
		"Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0":                                                                        "Firefox 127 · Linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1":       "Safari 17 · iOS",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Safari/605.1.15":                         "Safari 16 · macOS",
		"Mozilla/5.0 (Linux; Android 13; X) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.49": "微信 8 · Android",
		"curl/8.5.0": "curl/8.5.0", "test": "test", "": "",
	} {
		if got := browserName(agent, "zh"); got != want {
			t.Errorf("%q is called %q, want %q", agent, got, want)
		}
	}
}
