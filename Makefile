# make help lists the targets. The first target run on a fresh machine sets up .venv (Python 3.11+ and make are enough).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup report test test-long bench lab clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kamlib needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	@echo "setting up $(VENV) from requirements.lock, once: some minutes"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

setup: $(READY) ## set up .venv from the lock

report: $(READY) ## the demo: a generated company, from its ledger to a pack of reports
	$(BIN)/kam run params/demo.yaml

test: $(READY) ## style, all tests, all notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pytest -n 2 --dist worksteal
	$(BIN)/pytest --nbval-lax -n 2 --dist loadfile notebooks

test-long: $(READY) ## fifty kills at random moments, hostile names through every notebook, both languages
	$(BIN)/pytest -m long

bench: $(READY) ## speed as ratios in one run, against papermill + nbconvert + Chromium
	$(BIN)/python tests/benchmarks/bench.py

lab: $(READY) ## JupyterLab in notebooks/
	$(BIN)/jupyter lab notebooks

clean: ## take away .venv, caches and the demo's reports
	rm -rf $(VENV) reports/demo .pytest_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
