package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func deployed(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestUnitLetsLibreOfficeRun: it changes the owner of its own profile, which
// @privileged holds, and dies of what is denied without an error.
func TestUnitLetsLibreOfficeRun(t *testing.T) {
	unit := deployed(t, "talentcast.service")
	denied := false
	for _, line := range regexp.MustCompile(`(?m)^SystemCallFilter=(.*)$`).FindAllStringSubmatch(unit, -1) {
		groups, deny := strings.CutPrefix(line[1], "~")
		if slices.ContainsFunc(strings.Fields(groups), func(g string) bool { return g == "@privileged" || g == "@chown" }) {
			denied = deny
		}
	}
	if denied {
		t.Error("@chown is denied")
	}
	if !strings.Contains(unit, "\nSystemCallErrorNumber=EPERM\n") {
		t.Error("a denied call kills")
	}
}

// TestImageHasItsFolder: the user of the image can write its volume, and its clock
// is the office's.
func TestImageHasItsFolder(t *testing.T) {
	image := deployed(t, "Dockerfile")
	for _, want := range []string{"COPY --chown=65532:65532 deploy/data /data\n", "USER 65532:65532\n", "TZ=Asia/Shanghai\n", "user add wang --role administrator"} {
		if !strings.Contains(image, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Index(image, "COPY --chown") > strings.Index(image, "VOLUME /data") {
		t.Error("what is copied after VOLUME is lost")
	}
	release, err := os.ReadFile(filepath.Join("..", "..", ".ci", "release"))
	if err != nil || !strings.Contains(string(release), `"$out/deploy/data"`) || !strings.Contains(string(release), "timetzdata") {
		t.Errorf("the release has no folder to copy, or no time zones: %v", err)
	}
}

// TestProxyWaitsAsLongAsTheService: files as large as the service takes go through,
// for as long as it takes them, and events come as they are sent.
func TestProxyWaitsAsLongAsTheService(t *testing.T) {
	proxy := deployed(t, "nginx.conf")
	for setting, least := range map[string]int{"client_max_body_size": 65, "client_body_timeout": 30, "proxy_read_timeout": 30 * 60} {
		m := regexp.MustCompile(`(?m)^\s*` + setting + `\s+(\d+)[ms];`).FindStringSubmatch(proxy)
		if m == nil {
			t.Errorf("no %s", setting)
			continue
		}
		if n, err := strconv.Atoi(m[1]); err != nil || n < least {
			t.Errorf("%s is %s, want %d at least", setting, m[1], least)
		}
	}
	for _, want := range []string{"proxy_buffering off;", "proxy_request_buffering off;"} {
		if !strings.Contains(proxy, want) {
			t.Errorf("no %s", want)
		}
	}
}
