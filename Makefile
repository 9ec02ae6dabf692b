# Everything runs in .venv; nothing but Python 3.11 and make is needed beforehand.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SHARED ?= ../shared
FUZZ ?= 300
SOAK ?= 30
SEED ?=

.DEFAULT_GOAL := help
.PHONY: help demo run test fuzz check clients gold stories timex pages feeds firstlook scale sweeps faults soak bench webhooks workers lock clean venv

help:  ## Say what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 18

$(STAMP): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11) and "Summitry needs Python 3.11 or later; set PYTHON=/path/to/python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

venv: $(STAMP)  ## Make the virtual environment

demo: $(STAMP)  ## The whole service on a sample newsroom, in a scratch folder
	$(BIN)/summitry demo

run: $(STAMP)  ## The service on sources.toml with real outlets
	$(BIN)/summitry serve

test: $(STAMP)  ## All tests
	$(BIN)/python scripts/run_tests.py

fuzz: $(STAMP)  ## Odd requests without number, over the whole OpenAPI document (FUZZ=300 for each address)
	SUMMITRY_TEST_FUZZ=$(FUZZ) $(BIN)/pytest tests/fuzz -s

check: $(STAMP)  ## Lint, types, layers, and the documentation's examples
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/docs

clients: $(STAMP)  ## Install the calendar clients and the HTTP checker of others that some tests want
	scripts/calendar_clients $(VENV)/clients

gold: $(STAMP)  ## Events on the annotated articles, held against floors.toml (needs ../shared)
	$(BIN)/python benchmarks/gold.py $(SHARED)

stories: $(STAMP)  ## Merged timelines on the annotated stories (needs ../shared)
	$(BIN)/python benchmarks/stories.py $(SHARED)

timex: $(STAMP)  ## Dates on TimeBank and AQUAINT (needs ../shared)
	$(BIN)/python benchmarks/timex.py $(SHARED)

pages: $(STAMP)  ## Articles from real pages (needs ../shared)
	$(BIN)/python benchmarks/pages.py $(SHARED)

feeds: $(STAMP)  ## What the feedparser project's test feeds expect, by feedparser and by us (needs ../shared)
	$(BIN)/python benchmarks/feeds.py $(SHARED)

firstlook: $(STAMP)  ## Which articles a first look lets pass, and what that costs (needs ../shared)
	$(BIN)/python benchmarks/firstlook.py $(SHARED)

scale: $(STAMP)  ## What an article costs as the store grows, what reading adds, what further processes bring (a few minutes)
	$(BIN)/python benchmarks/scale/scale.py

webhooks: $(STAMP)  ## Webhooks under churn, failures and dying processes, a hundred times over
	SUMMITRY_TEST_SEEDS=100 $(BIN)/pytest tests/app/test_delivery_claims.py -k whatever_happens

sweeps: $(STAMP)  ## Upgrades from every earlier schema, killed at every statement (with PostgreSQL: scripts/with_postgres make sweeps)
	SUMMITRY_TEST_SWEEP=1 $(BIN)/pytest tests/app/test_upgrading.py

workers: $(STAMP)  ## Eight processes that merge at once, in a hundred orders (with a PostgreSQL, see scripts/with_postgres)
	SUMMITRY_TEST_SEEDS=100 $(BIN)/pytest tests/app/test_merging_beside.py -k eight

faults: $(STAMP)  ## Killed at every commit and answer, PostgreSQL ended and failed over, nights of the clock (with PostgreSQL: scripts/with_postgres make faults)
	SUMMITRY_TEST_FAULTS=1 $(BIN)/pytest tests/app/test_killed_anywhere.py tests/app/test_server_that_ends.py tests/app/test_nights_of_the_clock.py tests/app/test_scheduling.py

soak: $(STAMP)  ## Two services under faults at random, then all that must hold (SOAK=30 minutes on each database, SEED=; with PostgreSQL: scripts/with_postgres make soak)
	SUMMITRY_TEST_SOAK=$(SOAK) SUMMITRY_TEST_SOAK_SEED=$(SEED) $(BIN)/pytest -s tests/soak

lock: $(STAMP)  ## Lock the dependencies anew
	$(BIN)/uv lock --quiet
	$(BIN)/uv export --quiet --all-groups --all-extras --no-emit-project --format requirements-txt -o requirements-dev.txt
	$(BIN)/uv export --quiet --extra postgres --extra queue --no-dev --no-emit-project --format requirements-txt -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate tests/clients/requirements.in -o tests/clients/requirements.txt
	if command -v npm >/dev/null; then cd tests/clients && npm install --package-lock-only --no-audit --no-fund --silent; fi

clean:  ## Remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
