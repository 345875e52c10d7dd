# Every target works from a fresh checkout with python3 (3.11 or newer), python3-venv and make.
# ARGS goes to the program a target runs: make serve ARGS="--port 9000", make test ARGS="tests/unit -k token".

PYTHON ?= python3
VENV   ?= .venv
ARGS   ?=

BIN     := $(VENV)/bin
RUN     := $(BIN)/python -m
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
SERVER  := $(VENV)/server-$(VERSION).stamp
DEV     := $(VENV)/dev-$(VERSION).stamp
# Tests run in a process for each core; one that is done takes over from one that is not. ARGS="-n0" is one process.
PYTEST  := $(RUN) pytest --numprocesses=logical --dist=worksteal
LOCKED  := $(RUN) pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:

.DEFAULT_GOAL := help
.PHONY: help serve test coverage conformance lint types bench docs gen lock clean
.DELETE_ON_ERROR:

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(SERVER) ## Run Gatepost on http://127.0.0.1:8080, its data in ./gatepost-data
	@exec $(BIN)/gatepost serve $(ARGS)

test: $(DEV) ## Run every test a commit must keep
	@tools/bootstrap chromium curl nginx node npm pgbouncer postgres systemd-analyze wrk
	@$(PYTEST) $(ARGS)

conformance: $(DEV) ## Run the official clients against Gatepost on both engines
	@tools/bootstrap node npm postgres
	@$(PYTEST) tests/conformance $(ARGS)

coverage: $(DEV) ## Run the unit and service tests and list the lines they miss
	@tools/bootstrap node npm postgres
	@$(RUN) coverage run -m pytest tests/unit tests/service $(ARGS)
	@$(RUN) coverage report

lint: $(DEV) ## Check style, layers and that generated files are current
	@$(RUN) ruff check
	@$(RUN) ruff format --check
	@$(BIN)/lint-imports --no-logo
	@$(RUN) tools.gen --check

types: $(DEV) ## Check types
	@tools/bootstrap node
	@$(RUN) mypy
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright --pythonpath $(BIN)/python

bench: $(DEV) ## Measure, print the table, write the figures as JSON
	@tools/bootstrap postgres wrk
	@$(RUN) bench $(ARGS)

docs: $(DEV) ## Build the documentation into site/; a warning is an error
	@$(RUN) zensical build --strict $(ARGS)

gen: $(DEV) ## Rewrite the generated files
	@$(RUN) tools.gen

lock: ## Resolve the requirements anew and write the hash-locked files
	@PYTHON="$(PYTHON)" tools/lock $(ARGS)

clean: ## Remove what the other targets made, but not ./gatepost-data
	rm -rf $(VENV) .cache build dist site .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	rm -rf tests/kit/oidc_provider/node_modules
	find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +

# A changed lock makes the environment anew, so that it never holds more than the lock says.
$(SERVER): requirements/build.txt requirements/server.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Gatepost needs Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version) and the locked requirements"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(LOCKED) -r requirements/build.txt -r requirements/server.txt
	@$(RUN) pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(SERVER) requirements/dev.txt requirements/official.txt requirements/older.txt
	@echo "Adding what tests and checks need"
	@$(LOCKED) -r requirements/dev.txt
	@$(LOCKED) --no-deps --ignore-requires-python -r requirements/official.txt
	@$(LOCKED) --no-deps --upgrade --target $(VENV)/older -r requirements/older.txt
	@touch $@
