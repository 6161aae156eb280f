# Every target sets itself up: all it needs is make and Python 3.11 or newer.
GOOD    = import sys, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
            $$p -c '$(GOOD)' >/dev/null 2>&1 && { echo $$p; break; }; done)
BIN     = .venv/bin
READY   = .venv/ready
DEV     = .venv/dev-ready
# Three lanes on two cores: who tests real servers waits half of the time.  The files
# come in their order: sorted by their number of tests, the longest would come last.
LANES  ?= 3

.PHONY: up down test check fix bench bench-page stalls sim stories pictures torture mutants all clean

up: $(READY)  ## three servers, a leader, and what to try next
	$(BIN)/labctl up --nodes 3

down: $(READY)  ## end the lab and delete its data
	$(BIN)/labctl down --yes

test: $(DEV)  ## everything that fits five minutes on two cores
	$(BIN)/python -m pytest -n $(LANES) --dist loadfile --no-loadscope-reorder -m "not torture and not stories" $(ARGS)

check: $(DEV)  ## style, types, architecture
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	$(BIN)/lint-imports && $(BIN)/python -m pytest -q tests/test_tidy.py tests/test_architecture.py tests/test_layout.py

fix: $(DEV)  ## let ruff repair what it can
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: $(DEV)  ## us and Java ZooKeeper 3.8.0, side by side
	$(BIN)/python -m bench.compare $(ARGS)

stalls: $(DEV)  ## how long our event loop stands still, with a million znodes
	$(BIN)/python -m bench.stalls $(ARGS)

bench-page: $(DEV)  ## how soon the page opens and tells, how smoothly it plays
	$(BIN)/python -m bench.page $(ARGS)

sim: $(DEV)  ## the seeded world: elections and whole-protocol schedules
	$(BIN)/python -m pytest -q -m sim $(ARGS)

stories: $(DEV)  ## what the pages show, faults in containers, every fault under load
	$(BIN)/python -m pytest -n $(LANES) --dist load -m stories tests $(ARGS)

pictures: $(DEV)  ## docs/gallery and docs/pictures anew, by a simulator and a browser
	$(BIN)/labctl sim --lang en --gallery docs/gallery
	QUORUMLAB_REWRITE=1 $(BIN)/python -m pytest -q tests/browser -k "is_seen or chinese"

torture: $(DEV)  ## minutes of kills, partitions and pauses, and a table of figures
	$(BIN)/python -m pytest -q --durations=12 -m "torture or counted" $(if $(ARGS),,--whole) tests/torture tests $(ARGS)

mutants: $(DEV)  ## small bugs planted in the node: do the tests find them?
	PYTHONHASHSEED=0 $(BIN)/python -m tests.mutation $(ARGS)

all: check test bench

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

# What running needs, and what developing needs besides.
$(READY): EXTRAS =
$(DEV):   EXTRAS = [dev]
$(READY) $(DEV): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed (Debian: apt install python3-venv)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.$(EXTRAS)' && touch $(READY) $@
