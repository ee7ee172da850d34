# Everything here needs only Python >= 3.11 (with venv) and make.
#   make run     a demonstration at http://127.0.0.1:8000   (PORT and RONDE_DATA_DIR are honoured)
#   make test    what CI runs: lint, types, contracts, all tests on SQLite and PostgreSQL, browser tests
#   make bench   figures in a table and in bench/results.json   (SIZE=small|medium|large)

PYTHON ?= python3
PORT ?= 8000
RONDE_DATA_DIR ?= ./data
SIZE ?= medium
# Tests to run and how: `make check-tests TESTS=tests/rules WORKERS=0`
TESTS ?= tests
WORKERS ?= auto
export RONDE_DATA_DIR

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
VENDOR := app/web/static/vendor
LOCK := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
# npm of the machine, else the one that requirements-npm.txt brings.
NPM = $(shell command -v npm || echo $(BIN)/npm)

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test lint types check-tests bench format messages lock clean

help:
	@sed -n 's/^#   //p' $(firstword $(MAKEFILE_LIST))

# --- installing: a stamp per lock, so that a second call does nothing -------------------------------------------

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Ronde needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "This Python has no venv. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.run: requirements.txt | .venv/bin/python
	$(PIP) --require-hashes --no-deps -r requirements.txt
	@touch $@

.venv/.ronde: pyproject.toml .venv/.run
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.ronde
	$(PIP) --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

.venv/.npm: package-lock.json requirements-npm.txt | .venv/bin/python
	@command -v npm >/dev/null || $(PIP) --require-hashes --no-deps -r requirements-npm.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" $(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.venv/.vendor: .venv/.npm .venv/.run app/web/vendor.py app/web/icons.txt app/web/icons.txt
	$(BIN)/python -m app.web.vendor
	@touch $@

install: .venv/.ronde .venv/.vendor
install-dev: install .venv/.dev

# --- running ----------------------------------------------------------------------------------------------------

run: install
	@$(BIN)/ronde demo --if-empty
	@exec $(BIN)/ronde serve --port $(PORT)

# --- checking ---------------------------------------------------------------------------------------------------

test: lint types check-tests

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports --no-logo

types: install-dev
	$(BIN)/mypy

check-tests: install-dev
	$(BIN)/python -m pytest -p tests.skips $(TESTS) -n $(WORKERS) --dist worksteal

bench: install-dev
	$(BIN)/python -m bench --size $(SIZE)

format: install-dev
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

# --- locks: hashes, and no address of any registry (https://docs.astral.sh/uv) -----------------------------------

lock:
	$(LOCK) pyproject.toml --group build --output-file requirements.txt
	$(LOCK) pyproject.toml --group build --group dev --constraints requirements.txt --output-file requirements-dev.txt
	$(LOCK) --group npm --output-file requirements-npm.txt

clean:
	rm -rf .venv node_modules $(VENDOR) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
