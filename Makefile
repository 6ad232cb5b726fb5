# Everwise. Needs Python 3.11 or newer with venv, and make; everything else goes into .venv.
PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= .data
# Of the Nu HTML checker, for make acceptance.
VNU_VERSION := 26.9.27
# make test BROWSER=required fails, instead of skipping, where no Chromium is found; BROWSER=flows shows it the main
# flows alone.
BROWSER ?=
# make test TESTS=tests/meetings runs a part.
TESTS ?= tests
# make test DATABASE_URL=postgres://user:password@host:5432/name runs on PostgreSQL instead of SQLite.
DATABASE_URL ?=

BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
UV_COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# make bench SCALE=1 measures pages among half a million meetings instead.
SCALE ?=
# make faults OLD=<commit> upgrades from that version.
OLD ?=
export PORT DATA_DIR SCALE OLD
# An empty DATABASE_URL would hide the default of settings.py.
ifneq ($(DATABASE_URL),)
export DATABASE_URL
endif

.DEFAULT_GOAL := help
.PHONY: help run test acceptance faults load bench lint format messages release lock clean

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: .venv/run ## start web server and worker with the demo program (PORT=8000 DATA_DIR=.data)
	@$(BIN)/python scripts/compile_messages.py
	@exec $(BIN)/python scripts/run.py

test: .venv/dev ## run the tests (BROWSER=required TESTS=tests/meetings DATABASE_URL=postgres://...)
	@$(BIN)/python scripts/compile_messages.py
	EVERWISE_BROWSER=$(BROWSER) $(BIN)/python -m pytest --numprocesses auto --dist loadscope $(TESTS)

acceptance: .venv/dev .venv/vnu-$(VNU_VERSION) ## what needs nginx, Redis, pgbouncer, Dovecot, a PostgreSQL of its own, faketime, Java and npm (Debian's)
	@$(BIN)/python scripts/compile_messages.py
	EVERWISE_BROWSER=required $(BIN)/python -m pytest acceptance --ignore=acceptance/faults --ignore=acceptance/load
	$(BIN)/python scripts/shifted_clock.py

faults: .venv/dev .venv/vnu-$(VNU_VERSION) ## break databases, disks, clocks, networks and upgrades under people who book (root; OLD=<commit>)
	@$(BIN)/python scripts/compile_messages.py
	$(BIN)/python -m pytest acceptance/faults

load: .venv/dev .venv/vnu-$(VNU_VERSION) ## twenty browsers for three minutes at two web machines of their own (root)
	@$(BIN)/python scripts/compile_messages.py
	$(BIN)/python -m pytest acceptance/load

bench: .venv/dev ## measure engine, pages and writer as ratios (DATABASE_URL=postgres://... SCALE=1)
	$(BIN)/python -m bench

lint: .venv/dev ## ruff, types, order of imports, templates, pronouns, migrations, container file, commits' subjects
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint templates --lint --quiet
	@$(BIN)/python scripts/check_pronouns.py
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python scripts/check_migrations.py
	@# Not on every kind of machine.
	@[ ! -x $(BIN)/hadolint ] || $(BIN)/hadolint docs/deploy/Containerfile
	@! git log --no-merges --since=2026-11-28T00:00:00Z --format=%s | grep -E '^.{73}' || { echo "These subjects are longer than 72 characters."; exit 1; }

format: .venv/dev ## let ruff rewrite what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: .venv/dev ## write the texts to translate into locale/*/LC_MESSAGES/*.po (needs gettext)
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemessages --all --no-wrap --no-obsolete --add-location file \
		--ignore acceptance --ignore bench --ignore node_modules --ignore scripts --ignore tests

release: .venv/dev ## write dist/everwise-VERSION.tar.gz and SHA256SUMS from what is committed
	$(BIN)/python scripts/release.py

lock: .venv/dev ## write requirements/*.txt anew from pyproject.toml
	$(UV_COMPILE) --output-file requirements/run.txt
	$(UV_COMPILE) --group dev --constraint requirements/run.txt --output-file requirements/dev.txt

clean: ## remove .venv and caches; DATA_DIR stays
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis test-results

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Everwise needs Python 3.11 or newer")'
	@# Debian without python3-venv leaves half a .venv behind.
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

# Stamps: the second start sees that nothing changed and installs nothing.
.venv/run: requirements/run.txt | .venv/bin/python
	$(PIP_INSTALL) -r $<
	@touch $@

.venv/dev: requirements/dev.txt | .venv/bin/python
	$(PIP_INSTALL) -r $<
	@touch $@

# The Nu HTML checker. Its script would fetch a Java of its own, where Debian's does.
.venv/vnu-$(VNU_VERSION): | .venv/bin/python
	npm install --prefix .venv/vnu --ignore-scripts --no-save --no-audit --no-fund --loglevel=error vnu-jar@$(VNU_VERSION)
	@touch $@
