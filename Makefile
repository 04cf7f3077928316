# `make check` for every change, `make test` is what CI runs, `make test-all` is everything (docs/testing.md), `make demo` shows it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# ansible-core to use, and those that linters and tests without a lab run on: make unit CORES="2.21 2.20".
CORE ?= $(shell python3 tools/cores.py default)
CORES ?= $(CORE)
HOSTS ?= 3
SECONDS_ ?= 600
SCENARIOS := $(patsubst molecule/%/molecule.yml,%,$(wildcard molecule/*/molecule.yml))
SCENARIO ?= $(SCENARIOS)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-zA-Z_%-]+:.*## / {printf "  make %-28s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: lab-up ## Bring up the lab fleet, run site and verify against it, show who hears whom
	@tools/with $(CORE) --installed lab/demo

# Jobs that are run side by side, one more than cores, as one of them mostly waits. The environments come first, as two jobs
# would wait for the same one.
BESIDE := $(MAKE) --no-print-directory --jobs=3 --output-sync=target
# Many tests wait for real DDS stacks; those of one file share what is slow to make.
SIDE_BY_SIDE := --dist=loadfile --numprocesses=4
# Scenarios that mostly wait and need no MicroK8s of ours; and what is too long for every merge (docs/testing.md).
WAITING := contract clones
LONG := recovery five ha alone vm wifi first_boot

.PHONY: check
check: environments ## Before every commit: linters, sanity, unit tests and plays on one ansible-core (minutes)
	@$(BESIDE) lint unit sanity plays

.PHONY: test
test: environments ## What CI runs: check, the lab's parts built where they are missing, the scenarios (an hour)
	@$(MAKE) --no-print-directory lab-build
	@python3 -c 'from lab.requirements import ensure_debian; ensure_debian(["iptables"])' # for unit tests of its rules
	@$(BESIDE) waiting plays unit lint oldest sanity
	@$(MAKE) --no-print-directory molecule SCENARIO="$(filter-out $(WAITING) $(LONG),$(SCENARIOS))"

.PHONY: waiting
waiting: contract
	@$(MAKE) --no-print-directory molecule SCENARIO="$(filter-out contract,$(WAITING))"

.PHONY: test-all
test-all: ## Everything: test on every supported ansible-core, all scenarios, mutants, all of ansible-test
	@$(MAKE) --no-print-directory test CORES="$$(python3 tools/cores.py all)"
	@$(MAKE) --no-print-directory molecule SCENARIO="$(LONG)"
	@$(MAKE) --no-print-directory nested
	@$(MAKE) --no-print-directory browser evidence fuzz molecule-others mutants sanity-all certify

.PHONY: environments
environments:
	@for core in $(CORES); do tools/with $$core true; done

.PHONY: contract
contract: ## The stand-in for MicroK8s against the transcripts of real MicroK8s, when either has changed
	@tools/with $(CORE) --installed tools/contract

.PHONY: lint
lint: ## ansible-lint (production), yamllint, ruff, vermin, changelog
	@for core in $(CORES); do tools/with $$core tools/lint; done

.PHONY: unit
unit: ## Unit tests
	@for core in $(CORES); do echo "== unit tests with ansible-core $$core"; tools/with $$core pytest $(SIDE_BY_SIDE); done

.PHONY: browser
browser: ## The page of verify in a real browser, which is installed where it is missing
	@python3 -c 'from lab.requirements import ensure_debian; ensure_debian(["chromium"])'
	@tools/with $(CORE) pytest tests/unit/browser

.PHONY: evidence
evidence: ## What a probe records on the wire, read by the real tcpdump, which is installed where it is missing
	@python3 -c 'from lab.requirements import ensure_debian; ensure_debian(["tcpdump"])'
	@tools/with $(CORE) pytest tests/unit/plugins/module_utils/_evidence tests/unit/plugins/modules/test_dds_probe_evidence.py

.PHONY: fuzz
fuzz: ## Mutate what comes from the wire for ten minutes, and look for what breaks: make fuzz [SECONDS_=60]
	@SECONDS_=$(SECONDS_) PYTHONPATH=.collections tools/with $(CORE) python -m tests.fuzz

.PHONY: plays
plays: ## The real playbooks and roles over scripted modules
	@for core in $(CORES); do echo "== plays with ansible-core $$core"; tools/with $$core pytest tests/plays; done

.PHONY: sanity
sanity: ## What takes seconds of ansible-test sanity
	@tools/sanity quick

.PHONY: sanity-all
sanity-all: ## ansible-test, sanity and units, on every supported ansible-core
	@tools/sanity all

.PHONY: certify
certify: ## What Galaxy and a documentation site ask of the collection
	@tools/certify

.PHONY: oldest
oldest: ## Unit tests of what runs on targets, on the oldest Python that a target may have
	@tools/oldest

.PHONY: mutants
mutants: ## Break one behaviour at a time, each must be noticed by a test: make mutants
	@tools/with $(CORE) tools/mutants.py

.PHONY: molecule
molecule: ## Scenarios on the lab, one after the other: make molecule [SCENARIO=deaf] [FLEET=any] [KIND=vm]
	@FLEET=$(FLEET) KIND=$(KIND) tools/with $(CORE) --installed tools/molecule $(SCENARIO)

.PHONY: molecule-others
molecule-others: ## Scenario default on the other supported ansible-cores
	@for core in $$(python3 tools/cores.py others); do tools/with $$core --installed tools/molecule default; done

.PHONY: lab-build
lab-build: ## Build what the lab is made of, once (12 minutes)
	@python3 -m lab build

.PHONY: lab-up
lab-up: ## Boot the lab fleet: make lab-up [HOSTS=3] [KIND=vm], or one that was saved: make lab-up FROM=three
	@python3 -m lab up $(if $(FROM),--from $(FROM),--hosts $(HOSTS)) $(if $(KIND),--kind $(KIND))

.PHONY: lab-down
lab-down: ## Remove every trace of the lab fleet
	@python3 -m lab down

.PHONY: nested
nested: ## Run make demo, or NESTED="COMMAND", in a virtual machine with a stock kernel and cgroup v2 (lab/README.md)
	@python3 -m lab.nested $(NESTED)

.PHONY: lab-shell
lab-shell: ## A shell beside the fleet, where ssh, ansible-playbook and kubectl reach it
	@tools/with $(CORE) --installed lab/run bash

bench-%: ## Measure: make bench-NAME writes reports/bench/NAME.json
	@tools/with $(CORE) --installed python3 -m lab.bench $*

.PHONY: clean
clean: lab-down ## Remove all that was built or downloaded
	@rm -rf .venv .cache .lab .collections .ansible dist reports
