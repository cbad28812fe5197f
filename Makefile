# The two commands a newcomer needs: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PORT ?= 8000
DATA ?= data
TESTERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format types unit contract integration e2e faults bench stack manifests events lock clean

help: ## list what make can do
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  \033[36m%-12s\033[0m %s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(STAMP) ## .venv with everything the other targets need

run: setup ## the embedded platform with demo data: prints URL and demo accounts, stays up
	$(BIN)/yiwang up --data $(DATA) --port $(PORT) --demo

test: setup ## every test, on TESTERS processes side by side; installs a browser and RabbitMQ where it may
	./tests/system-packages.sh
	$(BIN)/pytest --numprocesses $(TESTERS) --dist loadfile --no-loadscope-reorder

unit contract integration e2e: setup ## one kind of test
	$(BIN)/pytest tests/$@

faults: setup ## the long run of the fault suite: ROUNDS=66 SEED=… may be given
	./tests/system-packages.sh
	$(BIN)/python -m tests.faults --rounds $(or $(ROUNDS),66) $(if $(SEED),--seed $(SEED))

events: setup ## docs/events: AsyncAPI and JSON Schemas of what is published
	$(BIN)/yiwang docs events

lint: setup ## ruff, mypy, import rules, published events
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/yiwang docs events --check

format: setup ## rewrite the code in the project's layout
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## benchmarks, as ratios against a limit of the same run
	$(BIN)/python -m benchmarks

stack: setup ## every service as its own process on real RabbitMQ and PostgreSQL
	./tests/system-packages.sh
	$(BIN)/yiwang stack --data $(DATA)-stack --port $(PORT)

manifests: setup ## render the Kubernetes manifests and check them against the schemas
	$(BIN)/python -m deploy.k8s.render

lock: setup ## renew requirements.lock from pyproject.toml
	$(BIN)/pip-compile --quiet --extra dev --strip-extras --allow-unsafe --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --output-file requirements.lock pyproject.toml

clean: ## remove what make built
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis benchmarks/out test-output
