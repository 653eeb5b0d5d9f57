# The two commands of the README. Everything else is in tox.ini.
PYTHON ?= python3
VENV := .venv

.PHONY: verify test clean

verify: $(VENV)/installed ## create the environment and judge schema.sql on the embedded server
	$(VENV)/bin/vrss-contract verify

test: $(VENV)/tox ## the whole gate
	$(VENV)/bin/tox run-parallel --parallel auto --parallel-no-spinner

clean: ## remove what the two made
	rm -rf $(VENV) .tox

$(VENV)/installed: $(VENV)/python pyproject.toml
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/tox: $(VENV)/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check 'tox>=4.20'
	touch $@

$(VENV)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name one with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	touch $@
