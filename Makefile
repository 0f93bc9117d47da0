# Handrail. `make help` lists what there is; `make run` needs Python 3.11+ and nothing else.

.DEFAULT_GOAL := help
SHELL := /bin/sh
PORT ?= 8080

# The newest Python there is, from 3.11 on.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	command -v $$p; break; fi; done)
UV_VERSION := 0.13.9
UV := .tools/bin/uv
BIN := .venv/bin

# Compiled bytecode is what Lambda runs and what makes starts quick here.
unexport PYTHONDONTWRITEBYTECODE
export UV_COMPILE_BYTECODE := 1
export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION ?= eu-west-1

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(UV):
	@test -n "$(PYTHON)" || { echo "Handrail needs Python 3.11 or later; none was found on the PATH."; exit 2; }
	@echo "Setting up with $(PYTHON)"
	@"$(PYTHON)" -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"

.venv/.installed: pyproject.toml uv.lock | $(UV)
	@UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --quiet --frozen --python "$$(.tools/bin/python -c 'import sys; print(sys.executable)')"
	@touch $@

KNOWLEDGE := layers/knowledge/knowledge/knowledge.index

$(KNOWLEDGE): .venv/.installed $(wildcard knowledge/*/*.md) $(wildcard infra/handrail_ops/knowledge/*.py layers/core/handrail/adapters/knowledge/*.py)
	@$(BIN)/handrail knowledge build

BYTERUNS := layers/core/handrail/languages/byteruns.bin

# Touched, since it is left as it is when the model and the languages are the same.
$(BYTERUNS): .venv/.installed layers/core/handrail/languages/index.json infra/handrail_ops/languages/unpack.py $(wildcard layers/core/handrail/adapters/language/*.py)
	@$(BIN)/handrail languages unpack
	@touch $@

.PHONY: setup
setup: .venv/.installed $(KNOWLEDGE) $(BYTERUNS) ## Create .venv, install the locked packages, compile the articles

.PHONY: run
run: setup ## Run the whole product on this machine (PORT=8080)
	@PORT=$(PORT) $(BIN)/handrail local

.PHONY: test
test: setup ## Run the tests
	@$(BIN)/pytest -n auto $(TESTS)

.PHONY: check
check: setup .venv-sam/.installed ## Lint, types, architecture, template, workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/handrail template lint
	$(BIN)/handrail verify
	.venv-sam/bin/sam validate --lint

.PHONY: bench
bench: setup ## Measure: CPU per turn, cold imports, operations, the local stack
	@$(BIN)/handrail bench

.PHONY: model
model: setup ## Check the protocol's models with Spin
	@$(BIN)/python infra/models/check.py

.PHONY: mutate
mutate: setup ## Break the protocol and the workflows, and see what notices
	@$(BIN)/handrail mutate

.PHONY: simulate
simulate: setup ## Run the promise under faults, 400,000 times
	@$(BIN)/handrail simulate --schedules 400000 --keep .handrail/simulated.json

.venv-sam/.installed: pyproject.toml uv.lock | $(UV)
	@UV_PROJECT_ENVIRONMENT=.venv-sam $(UV) sync --quiet --frozen --only-group sam --no-install-project
	@touch $@

.PHONY: requirements
requirements: .venv/.installed ## Write the functions' and the layer's requirements from uv.lock
	@$(BIN)/handrail template requirements

.PHONY: build
build: setup .venv-sam/.installed ## Build what SAM deploys, without Docker, with compiled bytecode
	@$(BIN)/handrail template build

.PHONY: clean
clean: ## Remove everything that was installed or built
	rm -rf .venv .venv-sam .tools .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis $(KNOWLEDGE) $(wildcard layers/core/handrail/languages/byteruns.*)
