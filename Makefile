# `make run` does the main job, `make test` checks everything; both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The stamps carry the folder's name: a virtual environment does not survive being moved.
HERE := $(shell pwd | cksum | cut -d ' ' -f 1)
RUN_READY := $(VENV)/.run-$(HERE)
DEV_READY := $(VENV)/.dev-$(HERE)
BENCH_READY := $(VENV)/.bench-$(HERE)
PINS := .ci/constraints.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# What builds this package stands beside it, pinned like the rest: pip would fetch it each time.
BUILDERS := hatchling editables
INSTALL := $(PIP) install --constraint $(PINS) --no-build-isolation
HEAVY := duckdb, jinja2, matplotlib.backends.backend_svg, matplotlib.pyplot, mesa, pandas, scipy.stats
JOBS ?= 2

.PHONY: run test format bench examples schema clean
.DEFAULT_GOAL := run

run: $(RUN_READY)
	@$(BIN)/userfirst sweep headline --out results --report

test: $(DEV_READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -n $(JOBS)

format: $(DEV_READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Measures speed and size again into results/bench/, whose README says how long each table takes;
# `make bench-week` makes one table.  Nothing else should run meanwhile.
bench: $(BENCH_READY)
	@$(BIN)/python -m tests.bench --largest

bench-%: $(BENCH_READY)
	@$(BIN)/python -m tests.bench $* --largest

# Makes the examples under results/ again, about ten minutes; tests/test_examples.py checks them.
examples: $(RUN_READY)
	@$(BIN)/userfirst sweep headline --out results
	@$(BIN)/userfirst sweep cash-and-network --people 2000 --out results
	@$(BIN)/userfirst sweep cash-and-network-from-scratch --people 1000 --replicates 8 --out results
	@for name in headline cash-and-network cash-and-network-from-scratch; do \
	  $(BIN)/userfirst report results/$$name && \
	  rm -rf results/examples/$$name && mkdir -p results/examples/$$name/figures && \
	  cp results/$$name/*.yaml results/$$name/*.csv results/$$name/report.html results/examples/$$name/ && \
	  for figure in survival users cash causes phase-map phase-map-discounted_profit; do \
	    case $$name:$$figure in headline:phase*) ;; headline:*|*:phase*) \
	      cp results/$$name/figures/$$figure.png results/examples/$$name/figures/;; esac; \
	  done || exit 1; \
	done

# Rewrites what is generated and committed: the JSON Schema and the tables of sim/ODD.md.
schema: $(DEV_READY)
	@$(BIN)/python -m sim.scenario.json_schema >/dev/null
	@$(BIN)/python -m sim.cli.odd

# Results stay: they may be hours of work.
clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find sim tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A recent pip resolves in a third of the time of the one that Python brings.  The model is compiled
# by two processes; what they leave of two cores makes bytecode of what the first sweep imports, half
# of the packages' code.  Should either fail, whatever needs it does it again.
$(RUN_READY): pyproject.toml $(PINS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "userfirst needs Python 3.11 or later; '$(PYTHON)' is not. Try: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "'$(PYTHON)' has no venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) (once, about a minute and a half) ..." >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --constraint $(PINS) pip $(BUILDERS)
	@$(INSTALL) --no-compile --editable .
	@$(BIN)/userfirst warm & nice -n 19 $(BIN)/python -c 'import $(HEAVY)'; wait
	@touch $@

$(DEV_READY): $(RUN_READY)
	@echo "Installing what the tests need ..." >&2
	@$(INSTALL) --editable '.[dev]'
	@touch $@

# What does not install here is missing from the table of frameworks, which says so.
$(BENCH_READY): $(DEV_READY)
	@echo "Installing the frameworks that the benchmark compares with ..." >&2
	@if $(PIP) install --constraint $(PINS) --editable '.[bench]'; then touch $@; else \
	  echo "They did not all install: the benchmark goes on without them." >&2; fi
