# Undersigned. A bare `make` lists the recipes; `make run` and `make test` do all their own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data/demo
PORT ?= 8000
# -n 2: two test processes; TESTS narrows the run, e.g. make test TESTS=tests/core
JOBS ?= 2
TESTS ?=

.DEFAULT_GOAL := list
.PHONY: list run fast test lint drill bench docs messages wheel clean

list: ## list these recipes
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run.ready ## open the demonstration: two petitions, a mailbox, a log, on port $(PORT)
	@$(BIN)/undersigned demo --dir $(DATA) --port $(PORT)

fast: $(VENV)/fast.ready ## compile the busiest modules: a signature costs a quarter less; once, and after a change
	@$(BIN)/undersigned compile

test: $(VENV)/dev.ready ## run the tests; what needs a service of the machine says so when it is skipped
	$(BIN)/python -m pytest -n $(JOBS) -m "not drill" $(TESTS)

lint: $(VENV)/dev.ready ## style, types and the rules of the house
	$(BIN)/ruff check undersigned tests bench docs
	$(BIN)/ruff format --check undersigned tests bench docs
	$(BIN)/mypy
	$(BIN)/lint-imports

drill: $(VENV)/dev.ready ## long drills: kill, power cut, damage; one JSON line each
	$(BIN)/python -m bench.drills $(DRILLS)
	$(BIN)/python -m pytest -m drill --timeout 900 tests/failure

bench: $(VENV)/fast.ready ## the benchmark: ratios to a floor measured in the same run
	-@$(BIN)/undersigned compile
	$(BIN)/undersigned bench

docs: $(VENV)/dev.ready ## write the tables in docs/ anew from the code
	$(BIN)/python -m tests.house.tables

messages: $(VENV)/dev.ready ## bring the catalogues up to date with the sentences in the code
	$(BIN)/python -m undersigned.pages.catalogue
	$(BIN)/python -m undersigned.office.catalogue

wheel: $(VENV)/run.ready ## build the wheel into dist/, with the desk's migrated database in it
	$(BIN)/python -m undersigned.office.template undersigned/office/template.db
	$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@rm undersigned/office/template.db; ls dist/*.whl

clean: ## remove what the recipes made, but not your data
	rm -rf $(VENV) undersigned/_compiled .mypy_cache .ruff_cache .hypothesis build dist *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Undersigned needs Python 3.11 or newer; say which: make PYTHON=python3.12 …" >&2; exit 1; }
	@echo "Setting up $(VENV) …"; $(PYTHON) -m venv $(VENV)

$(VENV)/run.ready: requirements/build.txt requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/fast.ready: requirements/fast.txt $(VENV)/run.ready
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/fast.txt
	@touch $@

$(VENV)/dev.ready: requirements/dev.txt $(VENV)/run.ready
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
