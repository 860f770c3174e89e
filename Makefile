# Everything runs from its own .venv, which is made on first use; nothing but Python is needed.

# make PYTHON=/path/to/python3 uses that one; else the first of these that is new enough.
PYTHON :=
PYTHONS = $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11
VENV := .venv
BIN := $(VENV)/bin
INSTALL = PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
	$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test check lint docs check-long bench bench-redaction clean

help:
	@echo "make demo        the whole main job on samples made for it, in demo/"
	@echo "make test        the tests"
	@echo "make check       style, types, floors, generated docs, then the tests"
	@echo "make check-long  the long matrices"
	@echo "make bench       the figures, as a table"
	@echo "make bench-redaction  those of masking, following and auditing (about ten minutes)"
	@echo "make docs        docs/cli.md from the program's help"
	@echo "make clean       remove what these made"

demo: $(VENV)/.for-use
	@rm -rf demo
	@$(BIN)/footage demo demo

test: $(VENV)/.for-work
	$(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

check: lint
	@$(MAKE) --no-print-directory test

lint: $(VENV)/.for-work
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/make_cli_md.py --check

docs: $(VENV)/.for-work
	$(BIN)/python docs/make_cli_md.py

check-long: $(VENV)/.for-work
	$(BIN)/python -m pytest -n 2 -m long $(PYTEST_ARGS)

bench: $(VENV)/.for-work
	@for one in bench/bench_*.py; do $(BIN)/python $$one || exit 1; done

bench-redaction: $(VENV)/.for-work
	@$(BIN)/python bench/redaction.py $(PARTS)

clean:
	rm -rf $(VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@for one in $(PYTHONS); do \
		if $$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "making $(VENV) with $$one"; \
			$$one -m venv $(VENV) && exit 0; rm -rf $(VENV); exit 1; \
		fi; \
	done; \
	echo "footage needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3" >&2; exit 1

$(VENV)/.for-use: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing what footage needs into $(VENV)"
	@$(INSTALL) -e .
	@touch $@

$(VENV)/.for-work: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing what working on footage needs into $(VENV)"
	@$(INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/.for-use
