# Each target does its own set-up: a machine with Python 3.11, make and git is enough.
# The environment lives in .venv; a second run that finds nothing changed starts at once.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
PORT ?= 8016
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help install demo check unit test browser bench requirements

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(VENV)/.project ## make or refresh the environment in .venv

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: '$(PYTHON)' was not found. Install it, or run: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Pinned packages, each by its hash. Only when the list changes.
$(VENV)/.packages: requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# The project itself, in place, built with the pinned setuptools.
$(VENV)/.project: $(VENV)/.packages pyproject.toml requirements.in
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install ## build both campaigns with synthetic people, print the ward's report, serve the pages
	$(BIN)/tungnha demo
	$(BIN)/tungnha serve --port $(PORT)

check: install ## lint, types, import contracts: seconds
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: check ## check, then the short tests on SQLite: the everyday loop
	$(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not slow" -k "not postgresql"

# Pages are tested in Chromium. It comes from the system's packages; root on Debian or Ubuntu gets it installed.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    echo "installing Chromium"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-core >/dev/null; \
	  else echo "Chromium is needed for the tests of pages. Install it, for example: sudo apt-get install chromium"; exit 1; fi; }

test: check browser ## everything, on SQLite and PostgreSQL; the longest files come first
	$(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder

bench: install ## speed and memory against hand-written SQL
	$(BIN)/python -m bench

requirements: $(VENV)/.packages ## pin the newest releases that requirements*.in allow
	$(BIN)/pip-compile --upgrade --output-file=requirements.txt requirements.in
	$(BIN)/pip-compile --upgrade --output-file=requirements-dev.txt requirements-dev.in
