# Needs Python 3.11 or newer and make; everything else is installed into this directory.
PYTHON ?= python3
CDK_CLI := aws-cdk@2.1148.1
REQUIREMENTS := requirements.txt lambdas/requirements.txt local/requirements.txt tests/requirements.txt
CHECKED := $(wildcard app.py bench infra lambdas local ops tests)
BIN := .venv/bin
WORLD := $(BIN)/.packages node_modules/.$(CDK_CLI) .build/.layer
# Some hundred processes of a run import the same modules: each would compile them anew.
unexport PYTHONDONTWRITEBYTECODE
export PATH := $(CURDIR)/$(BIN):$(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help install bench breaking chaos demo local test lint synth requirements clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

install: $(WORLD) .build/.browser ## Install all that the other targets need; they call it themselves

demo: $(WORLD) ## Deploy to the local world, send to guests, and show what happened to each email
	$(BIN)/python -m local.demo

local: $(WORLD) ## Keep the local world running, with a page to look at it; PORT=8080 chooses the page's
	$(BIN)/python -m local $(if $(PORT),--port $(PORT))

# Two processes share the tests; the longest part, which needs one deployment for all, begins first.
test: install lint ## Run every check and test, offline once installed
	$(BIN)/pytest --numprocesses 2 --no-loadscope-reorder \
		tests/end_to_end tests/infra tests/integration tests/unit

chaos: $(WORLD) ## Send 5,000 emails through a bad day, count what became of them; SEED=2611 EMAILS=1000
	PYTHONPATH=.:lambdas $(BIN)/python -m tests.end_to_end.chaos $(if $(SEED),--seed $(SEED)) $(if $(EMAILS),--emails $(EMAILS))

breaking: $(WORLD) ## Break every step of sending in every way, some minutes long, and write docs/breaking.md
	PYTHONPATH=.:lambdas $(BIN)/python -m tests.breaking

bench: $(WORLD) $(BIN)/.peers ## Measure, and write the tables to docs/bench.md
	$(BIN)/python -m bench

lint: $(BIN)/.packages ## Check format, rules and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(CHECKED)

synth: $(WORLD) ## Write the CloudFormation template of the default stage to cdk.out/
	node_modules/.bin/cdk synth --quiet

requirements: $(BIN)/uv ## Pin the requirements.in files anew, with hashes, consistent with each other
	for name in lambdas/ "" local/ local/node- local/uv- tests/ bench/; do \
		UV_CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url $${name}requirements.in --output-file $${name}requirements.txt || exit 1; \
	done

clean: ## Remove all that these targets made
	rm -rf .venv .build .run node_modules cdk.out .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(BIN)/uv: local/uv-requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Bellhop needs Python 3.11 or newer: install it, or name it with make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { echo "Bellhop needs Python's venv module: install it (on Debian and Ubuntu the package python3-venv)"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(BIN)/.packages: $(BIN)/uv $(REQUIREMENTS)
	$(BIN)/uv pip install --require-hashes $(REQUIREMENTS:%=-r %)
	@touch $@

$(BIN)/.peers: $(BIN)/.packages bench/requirements.txt
	$(BIN)/uv pip install --require-hashes -r bench/requirements.txt
	@touch $@

# jsii supports Node 22 and newer; where there is none, a wheel brings it.
node_modules/.$(CDK_CLI): $(BIN)/uv local/node-requirements.txt
	@node -e 'process.exit(parseInt(process.versions.node) < 22)' 2>/dev/null && npm --version >/dev/null 2>&1 \
		|| $(BIN)/uv pip install --require-hashes -r local/node-requirements.txt
	npm install --prefix . --no-save --no-package-lock --no-audit --no-fund $(CDK_CLI)
	@touch $@

.build/.layer: $(BIN)/.packages lambdas/requirements.txt infra/layer.py
	$(BIN)/python -m infra.layer --stage local
	$(BIN)/python -m infra.layer --stage dev
	@mkdir -p .build && touch $@

# Without a browser of its own this machine gets one for the tests of the local page.
.build/.browser: $(BIN)/.packages node_modules/.$(CDK_CLI) tests/browser.py
	$(BIN)/python -m tests.browser
	@mkdir -p .build && touch $@
