# Every target sets up what it needs: a fresh machine needs only make, Python >= 3.11 with pip, and apt.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev
# two workers; a file's tests stay on one worker, so that a server or a Spark session is started once (tests/conftest.py)
PYTEST ?= $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 30

.PHONY: demo test check bench quality lock clean help

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

demo: $(RUNTIME) ## make a small case, investigate it, print the answer and the report's path
	$(BIN)/headwater demo

test: $(DEV) ## install what the tests need, and run them all
	scripts/system-packages
	$(PYTEST)

check: $(DEV) ## format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	scripts/system-packages
	$(PYTEST)

bench: $(DEV) ## time ingestion and the whole run against their ceilings, as ratios
	$(BIN)/python -m bench

quality: $(DEV) ## try Headwater and the baselines on the standard suite of made worlds (a quarter of an hour or more; resumable)
	$(BIN)/python -m bench.quality

lock: $(RUNTIME) ## work out the locked versions anew from pyproject.toml
	scripts/lock

clean: ## throw the environment and all caches away
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist

$(RUNTIME): requirements.lock pyproject.toml scripts/environment
	scripts/environment requirements.lock
	touch $@

$(DEV): requirements-dev.lock pyproject.toml scripts/environment
	scripts/environment requirements-dev.lock
	touch $@ $(RUNTIME)
