# Every target sets up what it needs: on a fresh machine Python 3.11 or newer is enough.
.PHONY: run test check scan test-faults test-forecast bench bench-pages docs tour clean
.DELETE_ON_ERROR:

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check -q
PYTEST := $(BIN)/python -m pytest
ARGS ?=
# Compiled once, not at each start of one of the many processes, whatever the machine says.
export PYTHONDONTWRITEBYTECODE :=
PRODUCT := app.py cli.py server.py settings.py alerts commands connectors demo kpi meetings pages sop store worker

run: .venv/product
	@$(BIN)/fairlead up --demo $(ARGS)

test: .venv/tools
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || test -n "$$CHROMIUM" || \
		echo "No Chromium found: the browser tests will fail. Install it (Debian, Ubuntu: apt install chromium; macOS: brew install chromium) or set CHROMIUM to its path."
	@command -v npm >/dev/null || \
		echo "No npm found: the tests that sign in at an OpenID provider will fail. Install node 20 or newer with npm."
	@command -v nginx >/dev/null || test -x /usr/sbin/nginx || \
		echo "No nginx found: the test of two replicas will fail. Install it (Debian, Ubuntu: apt install nginx-light)."
	@# Two processes more than there are cores: a test that drives a browser waits for it half of its time.
	@$(PYTEST) -m "not faults" -n $$($(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 2)') \
		--dist loadfile --no-loadscope-reorder $(ARGS)

test-faults: .venv/tools
	@$(PYTEST) -m faults $(ARGS)

# The forecasting library needs an older pandas than the benchmark, so it is tried in an environment of its own.
test-forecast: .venv-forecast/made
	@.venv-forecast/bin/python -m pytest tests/extra $(ARGS)

.venv-forecast/made: requirements.txt pyproject.toml
	@rm -rf .venv-forecast && $(PYTHON) -m venv .venv-forecast
	@.venv-forecast/bin/python -m pip install --disable-pip-version-check -q -r requirements.txt -e ".[forecast]" "$$(grep ^hypothesis requirements-dev.txt)"
	@touch $@

check: .venv/tools
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

# What an attacker would look for: bandit from medium severity on, and our own rules in .semgrep/.
scan: .venv-scan/made
	@.venv-scan/bin/bandit -q -ll -r $(PRODUCT)
	@.venv-scan/bin/semgrep scan --config .semgrep/rules.yml --metrics=off --disable-version-check --error --quiet $(PRODUCT)
	@echo "bandit and semgrep found nothing."

.venv-scan/made: requirements-scan.txt
	@rm -rf .venv-scan && $(PYTHON) -m venv .venv-scan
	@.venv-scan/bin/python -m pip install --disable-pip-version-check -q -r requirements-scan.txt
	@touch $@

bench: .venv/tools
	@$(BIN)/python -m benchmarks $(ARGS)

# Also against Dash, where an environment has it: make bench-pages ARGS="--dash /path/to/python".
bench-pages: .venv/tools
	@$(BIN)/python -W ignore -m benchmarks.pages $(ARGS)

# The dictionaries follow from the declarations; tests/test_house.py refuses stale ones.
docs: .venv/product
	@$(BIN)/python -m store.dictionary > docs/facts.md
	@$(BIN)/python -m kpi.dictionary > docs/kpis.md
	@$(BIN)/python -m kpi.definitions
	@$(BIN)/python -m store.personal.dictionary

# The pictures of docs/tour.md and README, of a fresh demo company; ARGS="--home var overview" takes some of a loaded one.
tour: .venv/tools
	@$(BIN)/python tests/browser/pictures.py $(ARGS)

clean:
	rm -rf .venv .venv-forecast .venv-scan build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/made:
	@test -n "$(PYTHON)" || { echo "Fairlead needs Python 3.11 or newer; none was found. Install it or run 'make PYTHON=/path/to/python'."; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "$(PYTHON) cannot make a virtual environment (Debian, Ubuntu: apt install python3-venv)."; exit 1; }
	@touch $@

.venv/product: .venv/made requirements.txt pyproject.toml
	@echo "Installing Fairlead into .venv (a minute or two the first time)"
	@$(INSTALL) -r requirements.txt -e .
	@touch $@

.venv/tools: .venv/product requirements-dev.txt
	@echo "Installing the development tools"
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
