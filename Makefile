# Two commands set everything up: `make matrix` runs the main job on the examples, `make test` the checks.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKSPACE ?= build/example

.PHONY: matrix test check format bench train clean

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

matrix: $(STAMP)  ## the ten-skill matrix of the example list, offline
	@$(BIN)/skillmatrix run examples/ml-engineer/list.txt --role 'ML engineer' \
	  --industry 'high-growth tech' --plan a --workspace $(WORKSPACE) || test $$? -eq 3  # 3: done, failures listed

check: $(STAMP)  ## style, types and the rules of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check  ## everything that must hold before a change lands
	$(BIN)/pytest -n auto

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)  ## measures speed and memory and writes a table
	$(BIN)/python -m benchmarks

clean:
	rm -rf build $(VENV)
