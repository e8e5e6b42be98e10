# Every chore, one line each; `make help` lists them. All of them use .venv, which they set up themselves.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.up-to-date
BENCH_STAMP := .venv/.bench-up-to-date
LOWEST_STAMP := .venv-lowest/.up-to-date
# How each environment gets its packages.
INSTALL := -m pip install --quiet --disable-pip-version-check
SITE := build/docs/index.html
PAGES := $(shell find docs docsite contract deploy src/twinhaus/ontology *.md */README.md -type f -not -name '*.pyc' -not -path '*/node_modules/*')
EXPLORER := build/explorer/index.html
EXPLORER_PARTS := $(shell find explorer -path explorer/node_modules -prune -o -type f -print)
NODE_MODULES := explorer/node_modules/.package-lock.json
# Without Node.js everything works but the explorer, and the server says so in its place.
NPM := $(shell command -v npm)
TESTERS ?= 3
# Tests start a thousand processes, each of which would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup docs explorer explorer-check demo serve test check format format-check lint types layers bench bench-full \
	bench-postgres lowest lock clean

help:  ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-13s %s\n", $$1, $$2}'

setup: $(STAMP) $(SITE) $(if $(NPM),$(EXPLORER))  ## Prepare .venv with the locked versions and the twinhaus command

docs: setup  ## The documentation as a folder to publish, build/docs; a server shows the same at /docs
	@echo "$(CURDIR)/build/docs"

explorer: $(EXPLORER)  ## The explorer, the page that the server shows at /, in build/explorer

demo: setup  ## A sample portfolio on a real server: put, list, filter and page through it, then stop
	$(BIN)/twinhaus demo

serve: setup  ## The same server, kept up, with a ready curl line
	$(BIN)/twinhaus demo --keep-serving

test: setup  ## All tests
	$(BIN)/pytest -n $(TESTERS) --dist worksteal

check: format-check lint types layers explorer-check  ## Format, lint, strict types, layers, tests: what CI runs
	@$(MAKE) --no-print-directory test

format: setup  ## Lay the code out, and mend what can be mended mechanically
	$(BIN)/ruff check --fix --exit-zero --quiet && $(BIN)/ruff format
	$(if $(NPM),cd explorer && npm run --silent format)

format-check: setup
	$(BIN)/ruff format --check

lint: setup  ## Ruff
	$(BIN)/ruff check

types: setup  ## Mypy, strict
	$(BIN)/mypy

layers: setup  ## The tower holds: nothing imports from a floor above
	$(BIN)/lint-imports

explorer-check: setup  ## Layout, lint, strict types and unit tests of the explorer
	$(if $(NPM),cd explorer && npm run --silent check && npm run --silent test,@echo "Node.js is not here; the explorer is not checked.")

bench: $(BENCH_STAMP)  ## Speed beside floors and peers at 100,000 twins, as tables and a plot
	$(BIN)/python -m benchmarks

bench-full: $(BENCH_STAMP)  ## The same at 1,000,000 twins, beside the peers that are in the picture there
	$(BIN)/python -m benchmarks --twins 1000000 --peer SQLite --peer DuckDB --peer Ladybug

bench-postgres: setup  ## Speed on PostgreSQL beside its floors
	$(BIN)/python -m benchmarks --engine postgres --thorough

lowest: $(LOWEST_STAMP)  ## What touches libraries most, with the oldest of them that pyproject.toml allows
	.venv-lowest/bin/pytest -n $(TESTERS) --dist worksteal tests/api tests/cli tests/issuers

lock:  ## Renew the lock files from pyproject.toml (UPGRADE=--upgrade for the newest versions)
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv
	.venv-lock/bin/uv pip compile pyproject.toml --group dev --extra testing --universal --python-version 3.11 \
		--generate-hashes --quiet --custom-compile-command "make lock" --output-file requirements.lock $(UPGRADE)
	.venv-lock/bin/uv pip compile --group pyproject.toml:bench --constraint requirements.lock --universal --python-version 3.11 \
		--generate-hashes --quiet --custom-compile-command "make lock" --output-file requirements-bench.lock $(UPGRADE)
	.venv-lock/bin/uv pip compile pyproject.toml --resolution lowest-direct --universal --python-version 3.11 \
		--generate-hashes --quiet --custom-compile-command "make lock" --output-file requirements-lowest.lock $(UPGRADE)
	rm -rf .venv-lock

clean:  ## Remove what can be made again
	rm -rf .venv .venv-lock .venv-lowest explorer/node_modules .demo build dist client/dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src client tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(STAMP): pyproject.toml client/pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "twinhaus needs Python 3.11 or newer; try make PYTHON=python3.11 setup")'
	$(PYTHON) -m venv .venv
	$(BIN)/python $(INSTALL) --require-hashes --requirement requirements.lock
	$(BIN)/python $(INSTALL) --no-deps --no-build-isolation --editable . --editable ./client
	@touch $@

$(LOWEST_STAMP): $(STAMP) requirements-lowest.lock
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python $(INSTALL) --require-hashes --requirement requirements.lock
	.venv-lowest/bin/python $(INSTALL) --require-hashes --no-deps --requirement requirements-lowest.lock
	.venv-lowest/bin/python $(INSTALL) --no-deps --no-build-isolation --editable . --editable ./client
	@touch $@

$(SITE): $(STAMP) $(PAGES)
	$(BIN)/python -m docsite build/docs

$(EXPLORER): $(NODE_MODULES) $(EXPLORER_PARTS)
	cd explorer && npm run --silent build
	@touch $@

$(NODE_MODULES): explorer/package-lock.json
	cd explorer && npm ci --silent --no-audit --no-fund
	@touch $@

$(BENCH_STAMP): $(STAMP) requirements-bench.lock
	$(BIN)/python $(INSTALL) --require-hashes --requirement requirements-bench.lock
	@touch $@
