# make run   the whole way on a sample newsroom: site, collection, feeds
# make test  the whole test suite, offline

GO ?= go
export CGO_ENABLED = 0
TOOL = $(GO) tool -modfile=tools/go.mod
FUZZTIME ?= 1m

.DEFAULT_GOAL := help
.PHONY: run build test lint bench fuzz golden clients clean help

run: build ## build, then collect and serve the sample newsroom
	./bin/communique demo

build: ## build bin/communique, one static binary
	$(GO) build -trimpath -o bin/communique ./cmd/communique

test: ## run all tests
	$(GO) test -timeout 5m ./...

lint: ## check format, vet, staticcheck and that go.mod is tidy
	@unformatted="$$($(TOOL) gofumpt -l cmd collector feed scraper server store)"; \
	if [ -n "$$unformatted" ]; then echo "not formatted (run gofumpt -w):"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(TOOL) staticcheck ./...
	$(GO) mod tidy -diff

bench: ## run all benchmarks beside the bare work they are measured against
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz: ## run each fuzz target for FUZZTIME (1m)
	@set -e; for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

golden: ## rewrite the expected results in testdata
	$(GO) test ./scraper/listing ./feed -update

clients: ## read the feeds with real feed readers, which it installs
	@./cmd/communique/testdata/clients/run

clean: ## remove what was built
	rm -rf bin dist

help: ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10
