# Short names for the commands of the README; PYTHON=python3.13 picks another interpreter.
PYTHON ?= python3
VENV ?= .venv
PIP = $(VENV)/bin/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
TESTS ?= not long
LOOPS = uvloop trio  # for run --loop; left out where they have no ready-made wheel

.PHONY: bench test long equality reality check clean

bench: $(VENV)/bench.stamp  ## compare every pair on this machine; says where the report is
	$(VENV)/bin/python -m bench run

# Three workers, because many tests wait for the processes they start; each begins with a
# part of its own, so that what a file of tests makes is made by one of them.
test: $(VENV)/test.stamp  ## the rules, in both models, in two minutes
	$(VENV)/bin/python -m pytest -n 3 --dist worksteal -m "$(TESTS)"

long: $(VENV)/test.stamp  ## the tests that take seconds each: commands, clusters, kills
	$(VENV)/bin/python -m pytest -n 3 -m long

equality: $(VENV)/test.stamp  ## thousands of generated programs: what is passed over changes nothing
	HYPOTHESIS_PROFILE=many $(VENV)/bin/python -m pytest -n 2 tests/correctness/test_equality.py

reality: $(VENV)/test.stamp  ## an hour of new programs: what CPython does is explored
	HYPOTHESIS_PROFILE=thorough $(VENV)/bin/python -m pytest -rP tests/correctness/test_real_runs.py

check: $(VENV)/test.stamp  ## format, lint, types
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

clean:  ## forget the environment; results stay
	rm -rf $(VENV)

# A stamp newer than what it was made from means: installed, nothing to do.
$(VENV)/bench.stamp: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.13")'
	@echo "making $(VENV) (once, under a minute)"
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) -e .
	@for extra in $(LOOPS); do $(PIP) --only-binary=:all: "$$extra" \
		|| echo "no $$extra for this Python: run --loop $$extra needs it"; done
	@touch $@

$(VENV)/test.stamp: $(VENV)/bench.stamp
	@echo "adding what the tests need to $(VENV) (once)"
	$(PIP) -e '.[dev]'
	@touch $@
