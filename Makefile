# Everything a newcomer runs. `make demo` and `make test` work on a fresh machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TESTS := tests
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE  # the tests start hundreds of processes: each would compile anew
.PHONY: help demo test check bench docs lock clean system

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(VENV)/run.done: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.done: requirements-dev.lock $(VENV)/run.done
	$(PIP) install --require-hashes -r requirements-dev.lock
	touch $@

demo: $(VENV)/run.done  ## the main job: a meter file to a surrendered credit, and its proof
	$(BIN)/openccer demo --out openccer-demo
	$(PYTHON) tools/verify.py openccer-demo/proof.json

check: $(VENV)/dev.done  ## format, lint, types, import contracts, quick tests; TESTS=tests/golden: a part
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	HYPOTHESIS_PROFILE=quick $(BIN)/pytest -n 2 -m "not slow" $(TESTS)

test: system $(VENV)/dev.done  ## every check and every test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/openccer rules lint
	$(BIN)/pytest -n 2

system:
	@sh tools/system.sh

bench: $(VENV)/dev.done  ## measure, and print every figure the docs may use
	$(BIN)/python bench/run.py

docs: $(VENV)/dev.done  ## write the generated reference pages again
	$(BIN)/python tools/reference.py

lock:  ## pin the dependencies again (needs uv)
	uv pip compile -q --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  --python-version 3.11 --extra build pyproject.toml -o requirements.lock
	uv pip compile -q --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  --python-version 3.11 --extra build --extra dev --extra spark pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) openccer-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
