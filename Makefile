# Everything a person types. `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
TEST_WORKERS ?= 2
TESTS ?= tests
PICTURES ?= var/journey
BIN := .venv/bin
WITH_LIBRARIES := .ci/with-libraries.sh
export PORT

.PHONY: help run test journey lint bench venv format coverage traceability lock

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: export COUNTERSIGN_DEMO ?= 1
run: ## install, create the store, load the demo site once, serve on http://127.0.0.1:8000 (PORT= to change)
	@.ci/venv.sh .venv requirements.lock requirements-test.lock
	@.ci/system-packages.sh pdf
	@$(WITH_LIBRARIES) $(BIN)/countersign init
	@$(WITH_LIBRARIES) $(BIN)/countersign demo load
	@exec $(WITH_LIBRARIES) $(BIN)/countersign serve

test: venv ## run the whole suite (TESTS= for a part of it)
	@.ci/system-packages.sh pdf browser
	@$(WITH_LIBRARIES) $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile $(TESTS)

journey: venv ## play a whole batch in browsers, every step by its page; pictures in var/journey (PICTURES= for elsewhere)
	@.ci/system-packages.sh pdf browser
	@rm -rf "$(PICTURES)"
	@$(WITH_LIBRARIES) $(BIN)/python -m pytest --whole-journey --journey-pictures="$(PICTURES)" tests/browser/test_journey.py

lint: venv ## check style, format, types, import contracts, templates
	@status=0; \
	$(BIN)/ruff check . || status=1; \
	$(BIN)/ruff format --check . || status=1; \
	$(BIN)/mypy || status=1; \
	$(BIN)/lint-imports --no-logo || status=1; \
	$(BIN)/djlint templates --lint --quiet || status=1; \
	$(BIN)/djlint templates --check --quiet || status=1; \
	exit $$status

bench: ## run the benchmarks, write bench/results.json and print a table
	@.ci/venv.sh .venv-bench bench/requirements-bench.lock
	@.ci/system-packages.sh pdf
	@$(WITH_LIBRARIES) .venv-bench/bin/python -m bench

venv: ## make .venv with everything, test tools included
	@.ci/venv.sh .venv requirements-test.lock

format: venv ## rewrite Python files and templates in the project's format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet || true   # its exit code says that it changed something

coverage: venv ## run the suite in one process and print the lines it never reached
	@.ci/system-packages.sh pdf browser
	@$(WITH_LIBRARIES) $(BIN)/coverage run -m pytest $(TESTS)
	@$(BIN)/coverage report

traceability: venv ## rewrite the documents that tests and code make: docs/traceability.csv, clauses.md and others
	@$(BIN)/python -m pytest --collect-only -qq --write-traceability=docs/traceability.csv
	@$(BIN)/python -m tests.documents

lock: ## resolve requirements*.in into hashed locks without any index address
	@.ci/lock.sh
