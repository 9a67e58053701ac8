# make run   the whole way on a sample newsroom: site, collection, feeds
# make test  the whole test suite, offline

GO ?= go
export CGO_ENABLED = 0
TOOL = $(GO) tool -modfile=tools/go.mod
FUZZTIME ?= 1m
SOAK ?= 10000
PACKAGING = cmd/communique/packaging

.DEFAULT_GOAL := help
.PHONY: run build test lint bench fuzz soak golden clients licences release verify clean help

run: build ## build, then collect and serve the sample newsroom
	./bin/communique demo

build: ## build bin/communique, one static binary
	$(GO) build -trimpath -o bin/communique ./cmd/communique

test: ## run all tests
	$(GO) test -timeout 5m ./...
	$(GO) -C tools test ./...

lint: ## check format, vet, staticcheck, go.mod, licences and known vulnerabilities
	@unformatted="$$($(TOOL) gofumpt -l cmd collector feed scraper server store tools)"; \
	if [ -n "$$unformatted" ]; then echo "not formatted (run gofumpt -w):"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) -C tools vet ./...
	$(TOOL) staticcheck ./...
	$(GO) mod tidy -diff
	@./$(PACKAGING)/licences check
	@./$(PACKAGING)/vulnerabilities

bench: ## run all benchmarks beside the bare work they are measured against
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz: ## run each fuzz target for FUZZTIME (1m)
	@set -e; for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 50x $$package; \
		done; \
	done

soak: ## make SOAK (10000) collections with random faults
	$(GO) test ./cmd/communique -run '^TestSoak$$' -timeout 0 -soak $(SOAK)

golden: ## rewrite the expected results in testdata
	$(GO) test ./scraper/listing ./feed -update

clients: ## read the feeds with real feed readers, which it installs
	@./cmd/communique/testdata/clients/run

licences: ## list again under which licences the linked modules are
	@./$(PACKAGING)/licences write

release: ## make dist: archives for each platform, Debian packages, checksums
	@./$(PACKAGING)/release

verify: ## make a release for this machine's platform, and try what is in it
	@./$(PACKAGING)/verify

clean: ## remove what was built
	rm -rf bin dist

help: ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10
