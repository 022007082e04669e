# Two commands set everything up: `make matrix` runs the main job on the examples, `make test` the checks.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKSPACE ?= build/example

.PHONY: matrix test check browser docs format coverage wheel bench clean adversarial reliability

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

node_modules: package.json  ## a model endpoint and accessibility rules for the tests
	@npm install --no-package-lock --no-audit --no-fund --silent && touch $@ \
	  || echo 'no Node: the tests against aimock and axe-core are skipped'

browser: $(STAMP)  ## a browser for the tests, brought where the machine has none
	@$(BIN)/python tests/bring_browser.py

adversarial: $(STAMP)  ## asks a model that means nothing (a C++ build of ten minutes, once): no claim may count
	test -d build/adversarial/venv || $(PYTHON) -m venv build/adversarial/venv
	build/adversarial/venv/bin/pip install --quiet 'llama-cpp-python[server]==0.3.36' gguf tokenizers numpy
	build/adversarial/venv/bin/python training/nonsense_model.py build/adversarial/nonsense.gguf
	$(BIN)/python -m benchmarks.adversarial build/adversarial/venv/bin/python build/adversarial/nonsense.gguf

test: check node_modules browser  ## everything that must hold before a change lands
	$(BIN)/pytest -n auto

coverage: $(STAMP)  ## which lines no test ran: a table, and build/coverage/index.html
	$(BIN)/coverage run -m pytest -q -m 'not slow'
	$(BIN)/coverage combine -q
	$(BIN)/coverage html -q
	$(BIN)/coverage report --skip-covered --sort=cover

wheel: $(STAMP)  ## builds the wheel and runs the example with it in an environment of its own
	rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir build/wheel .
	$(PYTHON) -m venv build/wheel/venv
	build/wheel/venv/bin/python -m pip install --quiet --disable-pip-version-check \
	  --constraint constraints.txt build/wheel/*.whl
	cd build/wheel && venv/bin/skillmatrix run ../../examples/ml-engineer/list.txt --role 'ML engineer' \
	  --offline --quiet --workspace example || test $$? -eq 3
	test -s build/wheel/example/data/processed/ml-engineer/report.html

docs: $(STAMP)  ## the documentation as a website in build/docs, with the command reference
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[docs]'
	$(BIN)/python docs/reference.py
	$(BIN)/mkdocs build --quiet --strict --site-dir build/docs
	@echo "build/docs/index.html"

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)  ## measures speed and memory and writes a table
	$(BIN)/python -m benchmarks

reliability: $(STAMP)  ## tries every attack and writes docs/reliability.md
	$(BIN)/python -m benchmarks.reliability

clean:
	rm -rf build $(VENV)
