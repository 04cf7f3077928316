# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# ansible-core to use; `make test` uses every one that this machine has a Python for.
CORE ?= $(shell python3 tools/cores.py default)
HOSTS ?= 3
SCENARIOS := $(patsubst molecule/%/molecule.yml,%,$(wildcard molecule/*/molecule.yml))
SCENARIO ?= $(SCENARIOS)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-zA-Z_%-]+:.*## / {printf "  make %-28s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: lab-up ## Bring up the lab fleet, run site and verify against it, show who hears whom
	@tools/with $(CORE) --installed lab/demo

# The lab's parts are built beside lint, as both wait a lot, and unit tests use them; scenario contract, which mostly waits,
# runs beside unit tests. The environments come first, as two jobs would make the same one at the same time.
.PHONY: test
test: ## Everything that CI runs
	@for core in $$(python3 tools/cores.py all); do tools/with $$core true; done
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lab-build lint
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target contract unit
	@$(MAKE) --no-print-directory molecule SCENARIO="$(filter-out contract,$(SCENARIOS))"
	@$(MAKE) --no-print-directory molecule-older

.PHONY: contract
contract: ## The stand-in for MicroK8s against the transcripts of real MicroK8s
	@tools/with $(CORE) --installed tools/molecule contract

.PHONY: lint
lint: ## ansible-lint (production), yamllint, ruff, vermin, changelog, on every supported ansible-core
	@for core in $$(python3 tools/cores.py all); do tools/with $$core tools/lint; done

.PHONY: unit
unit: ## Unit tests on every supported ansible-core, and of what runs on targets on the oldest Python
	@for core in $$(python3 tools/cores.py all); do echo "== ansible-core $$core"; tools/with $$core pytest; done
	@tools/oldest

.PHONY: molecule
molecule: ## Scenarios on the lab, one after the other: make molecule [SCENARIO=default]
	@tools/with $(CORE) --installed tools/molecule $(SCENARIO)

.PHONY: molecule-older
molecule-older: ## Scenario default on the older supported ansible-cores
	@for core in $$(python3 tools/cores.py all); do \
	    [ $$core = $(CORE) ] || tools/with $$core --installed tools/molecule default; \
	done

.PHONY: lab-build
lab-build: ## Build what the lab is made of, once (12 minutes)
	@python3 -m lab build

.PHONY: lab-up
lab-up: ## Boot the lab fleet: make lab-up [HOSTS=3], or one that was saved: make lab-up FROM=three
	@python3 -m lab up $(if $(FROM),--from $(FROM),--hosts $(HOSTS))

.PHONY: lab-down
lab-down: ## Remove every trace of the lab fleet
	@python3 -m lab down

.PHONY: lab-shell
lab-shell: ## A shell beside the fleet, where ssh, ansible-playbook and kubectl reach it
	@tools/with $(CORE) --installed lab/run bash

bench-%: ## Measure: make bench-NAME writes reports/bench/NAME.json
	@tools/with $(CORE) --installed python3 -m lab.bench $*

.PHONY: clean
clean: lab-down ## Remove all that was built or downloaded
	@rm -rf .venv .cache .lab .collections .ansible dist reports
