# talentcast: `make run` to use it, `make test` to check it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

GO      ?= go
BIN     := bin/talentcast
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
TOOL    := $(GO) tool -modfile=.ci/tools.mod
VENDOR  := charts/render/vendor
SOURCES := $(shell find analytics charts cmd datasets ingest -name '*.go' -not -name '*_test.go' -o -name '*.sql' -o -name '*.csv' -o -name '*.yaml' -o -name '*.html' -o -name '*.css' -o -name '*.js' -o -name '*.json' | grep -v '/testdata/')

.PHONY: run build assets test unit release torture soak hostile licences vulnerabilities notebooks chromium jupyter lint fmt bench bench-ingest bench-forecast calibrate screenshots clean help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

run: build ## build, load the shipped data on the first start, serve on 127.0.0.1:8555
	@exec ./$(BIN) serve --samples

build: $(BIN) ## build bin/talentcast

$(BIN): $(SOURCES) go.mod go.sum $(VENDOR)/.stamp
	@echo "building $(BIN) …"
	@$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/talentcast

assets: $(VENDOR)/.stamp ## fetch the chart script and the font by lockfile

$(VENDOR)/.stamp: package.json package-lock.json
	@echo "fetching the chart script and the font …"
	@npm ci --silent --no-audit --no-fund --ignore-scripts
	@cp node_modules/echarts/dist/echarts.min.js $(VENDOR)/
	@cp node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf $(VENDOR)/NotoSansSC-Regular.ttf
	@cp node_modules/@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf $(VENDOR)/NotoSansSC-Bold.ttf
	@touch $@

test: assets chromium unit notebooks ## every test: units, DuckDB, command line, browser, notebooks

unit:
	$(GO) vet ./...
	$(GO) test -timeout 15m ./...

# The browser tests need Chromium. Where it is missing and we may, apt installs
# it; otherwise the tests say why they are skipped.
chromium:
	@.ci/need chromium chromium chromium-browser google-chrome

# The notebooks are executed with the Go kernel pinned in go.mod.
jupyter:
	@.ci/need jupyter-nbconvert jupyter-nbconvert

notebooks: assets jupyter ## execute the notebooks
	@.ci/notebooks

# Everything that may be killed, cut off or damaged, 270 times; a part of it is in
# `make unit` too. It takes some minutes; as root it fills and locks a small disk.
torture: assets ## kill, fill and damage: loads, migrations, backups, restores, services
	TALENTCAST_TORTURE=1 TALENTCAST_KILLS=60 $(GO) test -count=1 -timeout 30m -v -run 'TestKilled|TestDamaged|TestFull' ./cmd/talentcast ./datasets

release: assets ## dist/: one static binary, what it is made of, licences, checksums, an archive
	@.ci/release

# What hostile clients do, whole: a part of it is in `make unit` too.
hostile: ## 1,000 slow connections, 10,000 malformed requests, 1,000 damaged files
	TALENTCAST_HOSTILE=1 $(GO) test -count=1 -timeout 20m -v -run 'TestHostile' ./cmd/talentcast

licences: ## the licence of every part, and whether it may be passed on
	@$(GO) run ./cmd/talentcast/internal/licences

vulnerabilities: ## what is known against the parts, where vuln.go.dev can be reached
	@.ci/vulnerabilities

lint: ## gofumpt, golangci-lint, govulncheck
	@test -z "$$($(TOOL) gofumpt -l analytics charts cmd datasets ingest notebooks | tee /dev/stderr)"
	$(TOOL) golangci-lint run
	@.ci/vulnerabilities

fmt: ## format the Go code
	$(TOOL) gofumpt -w analytics charts cmd datasets ingest notebooks

bench: build ## the table of what the product must reach
	$(GO) run ./cmd/talentcast/internal/bench
	$(GO) test -run '^$$' -bench FirstPaint -benchtime 10x ./cmd/talentcast/internal/web

# With a file of 10 million rows handed in meanwhile: make soak MINUTES=10 SOAKROWS=10000000
MINUTES  ?= 30
SOAKROWS ?= 0
soak: build ## 200 requests a second for half an hour: times, refusals, memory, open files
	$(GO) run ./cmd/talentcast/internal/soak -minutes $(MINUTES) -rows $(SOAKROWS)

# 10 million rows take some minutes and 5 GB of disk: make bench-ingest ROWS=10000000 RUNS=1
ROWS ?= 1000000
RUNS ?= 3
bench-ingest: build ## loading generated files beside what only reads them, and its memory
	$(GO) run ./cmd/talentcast/internal/benchingest -rows $(ROWS) -runs $(RUNS)

# The benchmark series (M3, M1, Tourism) may not be passed on, so they are not in
# the repository; what they gave is, in docs/bench.
BENCHMARKS ?= $(or $(TALENTCAST_BENCHMARKS),$(firstword $(wildcard ../shared/data/benchmarks)))
BENCHFORECAST = test -d "$(BENCHMARKS)" || { echo "Set TALENTCAST_BENCHMARKS to the folder of the benchmark series." >&2; exit 1; }; \
	$(GO) run ./cmd/talentcast/internal/benchforecast -dir "$(BENCHMARKS)"

bench-forecast: ## the forecaster against published packages on the benchmark series
	@$(BENCHFORECAST) -models -scores docs/bench/scores.csv -reliability docs/bench/reliability.csv -coverage docs/bench/coverage.csv

calibrate: ## learn the interval widths anew from the benchmark series
	@$(BENCHFORECAST) -calibrate analytics/forecast/calibration.csv

screenshots: assets chromium ## pictures of the pages for the README
	TALENTCAST_SCREENSHOTS=$(CURDIR)/dist/screenshots $(GO) test -count=1 -run TestBrowser ./cmd/talentcast/internal/web
	@mkdir -p docs/screenshots && cp dist/screenshots/overview-1366.png docs/screenshots/

clean: ## remove what was built, not the data
	rm -rf bin dist notebooks/.build
