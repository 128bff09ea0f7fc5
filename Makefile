# A fresh machine needs python3 (3.11 or newer) and make; the rest comes from here.
# `make sandbox` and `make test` are the two to know, `make` alone lists them all.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8100
JOBS ?= 3
ARGS ?=
CODE := bot migrations tests

# Hundreds of files, read in several processes: compiled once, also where nothing is to be kept.
unexport PYTHONDONTWRITEBYTECODE

PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --no-input --disable-pip-version-check
# `.made`: an environment is there; `.installed`: the bot is in it; `.tools`: what tests and linters need.
MADE := $(VENV)/.made
INSTALLED := $(VENV)/.installed
TOOLS := $(VENV)/.tools
# A folder that was moved, or whose Python was replaced, is made anew.
BROKEN := $(if $(wildcard $(MADE)),$(shell $(PY) -c pass 2>/dev/null || echo broken),)
COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml

.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help install tools sandbox run test check lint sbom fix lock bench sizing soak screenshots figures clean broken

help: ## list these
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F '|' '{ printf "%-20s%s\n", $$1, $$2 }'

sandbox: $(INSTALLED) ## the bot and a local workspace in the browser (PORT=8100)
	@exec $(PY) -m bot sandbox --port $(PORT)

test: $(TOOLS) ## linters, types and every test, on both databases and in the browser
	@$(PY) tests/needs.py browser postgres
	$(LINT)
	$(PY) -m pytest -n $(JOBS) --dist worksteal $(ARGS)

install: $(INSTALLED) ## .venv from the hashed lock file, nothing more

run: $(INSTALLED) ## the bot against Slack, with the settings in .env
	@$(PY) -m bot migrate
	@exec $(PY) -m bot run

check: $(TOOLS) ## the fast tests only
	@$(PY) tests/needs.py postgres
	$(PY) -m pytest -n $(JOBS) --dist worksteal -m "not browser and not processes" $(ARGS)

define LINT
$(PY) -m ruff check $(CODE)
$(PY) -m ruff format --check $(CODE)
$(PY) -m mypy
$(PY) -m bot content lint
$(VENV)/bin/hadolint Dockerfile
endef

lint: $(TOOLS) ## ruff, mypy, hadolint, the content's own lint, and known vulnerabilities
	$(LINT)
	@$(PY) -m tests.audit

sbom: $(TOOLS) ## dist/sbom.json: every package that the bot is made of, in CycloneDX
	@mkdir -p dist
	@$(PY) -W ignore -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml \
		--output-reproducible --validate --output-file dist/sbom.json
	@echo "dist/sbom.json: $$($(PY) -c 'import json; print(len(json.load(open("dist/sbom.json"))["components"]))') packages"

fix: $(TOOLS) ## let ruff mend what it can
	$(PY) -m ruff check --fix $(CODE)
	$(PY) -m ruff format $(CODE)

lock: $(TOOLS) ## write the hashed lock files anew (ARGS=--upgrade for newer versions)
	$(COMPILE) $(ARGS) --group build -o requirements.lock
	$(COMPILE) $(ARGS) --group build --group dev -c requirements.lock -o requirements-dev.lock

figures: $(TOOLS) ## how well the scorer agrees with people, on answers it never saw
	$(PY) -m tests.scoring.figures $(ARGS)

bench: $(TOOLS) ## the figures of speed and memory, each with its yardstick
	$(PY) -m tests.bench $(ARGS)

sizing: $(TOOLS) ## docs/sizing.md, measured on this machine
	$(PY) -m tests.bench.sizing

soak: $(TOOLS) ## the long tests: kill -9, replicas, a scripted month, every drill
	@$(PY) tests/needs.py postgres
	DRUMBEAT_SOAK=1 $(PY) -m pytest -m processes $(ARGS)
	DRUMBEAT_SOAK=1 $(PY) -m pytest -n $(JOBS) tests/scoring/test_laws.py tests/scoring/test_feedback.py

screenshots: $(TOOLS) ## docs/images, taken from a fresh sandbox
	@$(PY) tests/needs.py browser
	$(PY) -m tests.screenshots $(ARGS)

tools: $(TOOLS) ## .venv with what tests and linters need

clean: ## remove .venv and caches; var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE): $(BROKEN)
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || \
		{ echo "drumbeat: $(PYTHON) is missing or older than 3.11: make PYTHON=python3.13, say" >&2; exit 2; }
	@$(PYTHON) tests/needs.py python
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(INSTALLED): $(MADE) requirements.lock pyproject.toml
	@echo "Installing what requirements.lock names (the first time takes about a minute)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(TOOLS): $(INSTALLED) requirements-dev.lock
	@echo "Installing what requirements-dev.lock names"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
