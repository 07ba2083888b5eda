# firingtree: `make train` trains a network and leaves a picture, `make verify` checks everything.
# `make audit` checks the paper's claims, `make bench` measures, `make conform` holds a port against
# the reference, `make package` builds what others install, `make mutation` breaks the source on purpose
# and sees whether a test fails. All do their own set-up; all they need is python3 (3.11 or newer)
# with venv, pip and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := reference invariants proofs tests

.PHONY: setup train bench conform audit verify test typed thorough coverage faults fuzz mutation mutation-sample prove \
  determinism lint package lock clean

setup: $(VENV)/installed

$(VENV)/installed: requirements-lock.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "firingtree needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-lock.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

train: setup
	@mkdir -p out
	$(BIN)/firingtree train --data digits --points 64 --width 32768 --alpha 0.24 \
	  --json out/train.json --trace out/train.jsonl --plot out/train.png

# Takes a few minutes, and a machine that does nothing else.
bench: setup
	$(BIN)/firingtree bench all --out out/bench

# Holds your port against the reference: make conform PORT="./my_port --its-own-option"
conform: setup
	$(BIN)/firingtree conform -- $(PORT)

# Every claim of the paper, checked; leaves a page to read. Takes some ten minutes, and goes on where
# it was interrupted.
audit: setup
	@mkdir -p out
	$(BIN)/firingtree audit --results out/audit.json --html out/audit.html

# The audit comes last: it proves every theorem, and ends by saying what all this establishes.
verify: lint test
	@mkdir -p out
	$(BIN)/firingtree audit --quick --html out/audit.html
	@echo "verify: lint, types, tests, proofs and the quick audit are green."

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

prove: setup
	$(BIN)/firingtree prove

# The same bytes by every python3.NN on the PATH, every BLAS kernel that runs here, with -O, other
# hashes, threads, languages. Takes some minutes.
determinism: setup
	$(BIN)/python -m tests.determinism_everywhere

# Everything that parses, given what it does not expect: make fuzz MINUTES=60. Corpora stay in out/fuzz.
MINUTES ?= 30
fuzz: setup
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation -e '.[fuzz]'
	$(BIN)/python -m tests.fuzz $(MINUTES)

test: setup
	CI=true $(BIN)/pytest -q -n 2 --dist worksteal -m "not thorough"

# Once more on a tenth of the examples, with typeguard looking at every argument and every item.
typed: setup
	CI=true FIRINGTREE_PROFILE=typed $(BIN)/pytest -q -n 2 --dist worksteal -m "not plain and not thorough"

# What takes minutes: everything under typeguard, the harness on trial, broken functions that must not
# be proved, hostile ports, kills, full disks, statistics, the report in a browser.
thorough: typed
	CI=true $(BIN)/pytest -q -n 2 --dist worksteal -m thorough

# Every line and branch of the three packages that neither a test nor the quick audit reaches, in
# whatever process, is listed, and fails. Takes half an hour. PyTorch is there for its own trainings.
TORCH ?= torch
coverage: setup
	$(BIN)/pip install --quiet --disable-pip-version-check '$(TORCH)'
	rm -rf out/coverage
	mkdir -p out/coverage
	CI=true $(BIN)/coverage run -m pytest -q -n 2 --dist worksteal
	$(BIN)/coverage run $(BIN)/firingtree audit --quick
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# The sdist and the wheel in out/dist: built, built again to the same bytes, the wheel installed where
# nothing else is, and used there.
package: setup
	rm -rf out/dist
	$(BIN)/python -m build --no-isolation --outdir out/dist
	$(BIN)/pytest -q -s tests/packaging/package_built.py tests/packaging/package_installed.py

# Kills train, sweep, vectors build and audit at random moments, KILLS times in all, and compares what
# they leave with what uninterrupted runs leave. Takes some minutes.
KILLS ?= 100
SEED ?= 0
faults: setup
	$(BIN)/python -m tests.faults --kills $(KILLS) --seed $(SEED)

# Plants small changes one at a time and runs the tests that reach them, for hours; goes on where it
# was interrupted. Of some areas only: make mutation AREA="structures solvers"
mutation: setup
	$(BIN)/python -m tests.mutation $(AREA)

# A few changes of each area, drawn by a seed, in a few minutes.
SAMPLE ?= 8
mutation-sample: setup
	$(BIN)/python -m tests.mutation --sample $(SAMPLE) --seed $(SEED) $(AREA)

# Pins every dependency for every supported Python, by hash and without a host.
lock: setup
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --extra dev \
	  --no-header --no-annotate pyproject.toml -o requirements-lock.txt

clean:
	rm -rf $(VENV) out build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
