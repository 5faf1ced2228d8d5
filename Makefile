# make demo    the whole assistant on a simulated plant (ONCE=1: ask ten questions and end; SEED=n: another plant)
# make test    everything that CI runs; make check is the quick part of it
SHELL := bash
PY := .venv/bin/python
SEED ?= 1
ONCE ?=

.PHONY: demo test check lint bench evals lock clean setup

demo: setup
	@$(PY) -m demo run --seed $(SEED) $(if $(ONCE),--once)

test: check
	@scripts/setup test
	@$(PY) -m retrieval.fetch >/dev/null
	$(PY) -m pytest -m "slow or browser"

check: setup lint
	$(PY) -m pytest -m "not slow and not browser"

lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	.venv/bin/lint-imports

bench: setup
	$(PY) -m demo bench

evals: setup
	@$(PY) -m demo evals --seed $(SEED)

lock: setup
	scripts/lock

clean:
	rm -rf .venv .data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

setup:
	@scripts/setup
