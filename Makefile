# Two commands for a newcomer: `make up` and `make test`. Everything else serves them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements/run.txt
TEST_LOCK := requirements/test.txt
PEERS := .venv-bench
OPA := v1.22.2
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --build-deps-for editable

.PHONY: setup up down test lint fast live soak bench docs lock clean

setup: $(VENV)/.run  ## make .venv with everything to run

$(VENV)/.run: $(LOCK) pyproject.toml
	@echo "setup: virtual environment and dependencies (once, some minutes)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: $(TEST_LOCK) $(VENV)/.run
	@echo "setup: what tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(TEST_LOCK)
	@touch $@

up: setup  ## check, plan, emit and run the local environment
	@$(BIN)/domicile check --environment local --counts existing || echo "what stands falls short: a plan follows"
	@$(BIN)/domicile plan --environment local
	@$(BIN)/domicile emit --environment local
	@$(BIN)/domicile check --environment local
	@$(BIN)/domicile up --environment local
	@echo "stop it with: make down"

down: setup  ## stop the local environment and remove what it ran
	@$(BIN)/domicile down --environment local

test: lint fast live  ## everything that CI runs

lint: $(VENV)/.test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fast: $(VENV)/.test  ## tests without processes of their own
	@$(BIN)/pytest -n 2 --dist worksteal -m "not live and not soak"

live: $(VENV)/.test  ## real Pulumi, real processes, on loopback
	@$(BIN)/domicile env > /dev/null
	@$(BIN)/pytest -n 2 --dist loadfile -m "live and not soak" tests/live

soak: $(VENV)/.test  ## the long runs, whole
	@$(BIN)/pytest -m soak

$(PEERS)/.ready: requirements/bench.txt
	@echo "setup: the peers of the benchmarks, in $(PEERS)"
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(PEERS)/.opa-$(OPA): $(PEERS)/.ready
	@if command -v go > /dev/null; then \
		echo "setup: OPA $(OPA), built with Go (once, some minutes)"; \
		GOBIN=$(abspath $(PEERS)/bin) go install -ldflags "-s -w" \
			github.com/open-policy-agent/opa@$(OPA); \
	else echo "setup: no Go to build OPA with: regopy stands in for it"; fi
	@touch $@

bench: $(VENV)/.test $(PEERS)/.ready $(PEERS)/.opa-$(OPA)  ## time and memory beside peers, in one run
	@$(BIN)/python tests/bench/run.py

docs: $(VENV)/.test  ## pages and schemas that are generated
	@$(BIN)/python -m domicile.workspace
	@$(BIN)/python -m domicile.schemas
	@$(BIN)/python -m domicile.report.rule_pages docs/rules
	@$(BIN)/python -m domicile.report.regime_pages docs/regimes

lock: $(VENV)/.test  ## renew the locked dependencies
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip-tools>=7.5"
	@$(COMPILE) --upgrade --extra test -c requirements/constraints.txt -o $(TEST_LOCK) pyproject.toml
	@$(COMPILE) -c $(TEST_LOCK) -o $(LOCK) pyproject.toml
	@$(subst --build-deps-for editable,,$(COMPILE)) --upgrade -o requirements/bench.txt requirements/bench.in

clean:  ## remove the virtual environment and caches of tools
	rm -rf $(VENV) $(PEERS) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
