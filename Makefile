# dossier: `make` lists what can be made.

export CGO_ENABLED = 0

GO       ?= go
ADDR     ?= 127.0.0.1:8080
FUZZTIME ?= 60s
ARGS     ?=

.DEFAULT_GOAL := help
.PHONY: help build run demo test test-all test-fast race package image try bench bench-extract bench-intake hostile fuzz lint golden

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build ./dossier, one static binary
	$(GO) build -trimpath -o dossier ./cmd/dossier

run: build ## serve with dossier.yaml when it is there: make run ARGS="--addr 127.0.0.1:9000"
	./dossier serve $(if $(wildcard dossier.yaml),--config dossier.yaml) $(ARGS)

demo: build ## try it: made-up mail, pages on ADDR (127.0.0.1:8080); needs Go only
	./dossier demo --addr $(ADDR) $(ARGS)

test: ## everything: install what the tests need (Debian, as root), start servers, run all, skip nothing
	scripts/install-test-deps.sh
	scripts/test-all.sh

test-all: ## the same without installing anything
	scripts/test-all.sh

test-fast: ## offline tests only; servers, browser and recognition of scans are skipped
	$(GO) test ./...

race: ## offline tests under the race detector, in random order; needs a C compiler
	CGO_ENABLED=1 $(GO) test -race -shuffle=on ./...

package: ## dist/: a tarball and a Debian package; VERSION=1.4.0 make package
	scripts/package

image: ## a container image, dossier:local; needs Docker
	docker build --build-arg VERSION=$(or $(VERSION),local) -t dossier:$(or $(VERSION),local) .

try: ## everything in containers, with a mail server to write to; needs Docker
	deploy/compose/secrets
	DOSSIER_SETTINGS=./deploy/compose/try.yaml docker compose --profile try up -d --build
	@echo "pages: http://127.0.0.1:8080   mail: port 3025 of 127.0.0.1, jobs@organisation.example"
	@echo "an account: docker compose run --rm web user add you@organisation.example --role admin"

bench: ## measure, with allocations
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-extract: ## make CVs with Chromium, LibreOffice and LaTeX, read them, compare with pdftotext
	scripts/install-test-deps.sh libreoffice-writer-nogui texlive-latex-base texlive-fonts-recommended lmodern fonts-dejavu-core
	$(GO) run ./scripts/bench-extract $(ARGS)

bench-intake: ## fetch one Dovecot with a raw socket, dossier and mbsync; -n 10000 for more
	scripts/install-test-deps.sh isync
	$(GO) run ./scripts/bench-intake $(ARGS)

hostile: ## read 1,000 hostile files in worker processes: nothing may fall over
	$(GO) test ./intake/extract -run '^TestHostileFiles$$' -v -timeout 60m -hostile 1000 $(ARGS)

fuzz: ## throw random bytes at each reader of strangers' bytes for FUZZTIME (60s)
	@set -e; for file in $$(grep -rl --include='*_test.go' '^func Fuzz' .); do \
	  for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' $$file); do \
	    echo "== $$(dirname $$file) $$name"; \
	    $(GO) test $$(dirname $$file) -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x; \
	  done; done

lint: ## formatting, vet, and golangci-lint when it is installed
	@unformatted=$$(find . -name '*.go' -not -path '*/testdata/*' -print0 | xargs -0 gofmt -l); \
	test -z "$$unformatted" || { echo "not formatted with gofmt:"; echo "$$unformatted"; exit 1; }
	$(GO) vet ./...
	@if command -v golangci-lint >/dev/null; then golangci-lint run; \
	else echo "golangci-lint is not installed: only gofmt and vet were run" >&2; fi

golden: ## rewrite what tests compare with; look at the diff before committing it
	@for dir in $$(grep -rl --include='*_test.go' 'Bool("update"' . | xargs -n 1 dirname | sort -u); do \
	  $(GO) test $$dir -update || exit 1; done
	git --no-pager diff --stat
