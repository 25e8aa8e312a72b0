# The commands of the project. A line that begins with `target:` and carries `## text` is the help that `make` prints.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

bin := node_modules/.bin
results := dist/test-results
chart := charts/kafka-operator
# What npm writes last: older than the lock file means that the dependencies are not the locked ones.
modules := node_modules/.package-lock.json

say = @printf '\033[1m── %s\033[0m\n' "$(1)"

.PHONY: help
help: ## this list
	@printf 'make TARGET\n\n'
	@sed -nE 's/^([a-z0-9-]+):[^#]*## (.*)$$/\1\t\2/p' Makefile | while IFS=$$'\t' read -r target text; do printf '  %-11s %s\n' "$$target" "$$text"; done
	@printf '\nAn existing cluster instead of the local one: CLUSTER=existing CONTEXT=<name of a kubeconfig context>\n'

# ---- the two commands of the README -----------------------------------------------------------------------------------

.PHONY: demo demo-down
demo: build ## a real Kubernetes on this machine, the operator, a Kafka cluster, records through it (root)
	$(call say,demo: local Kubernetes; images; chart; examples/simple.yaml; produce and consume)
	@tools/demo/demo

demo-down: ## remove what demo made
	$(call say,demo-down: operator; local cluster)
	@tools/demo/demo down

.PHONY: test
test: ## everything CI runs: check, then the end-to-end journeys; ends with `N passed, N failed` (root)
	@tools/test

# ---- the fast loop ----------------------------------------------------------------------------------------------------

.PHONY: check
check: static unit ## types, lint, format, unit, golden, simulation, generated files, chart; no root

.PHONY: static
static: $(modules)
	@$(MAKE) -j2 --output-sync=target types lint format chart

.PHONY: types
types: $(modules) ## check types
	$(call say,types: tsc)
	@$(bin)/tsc --noEmit

.PHONY: lint
lint: $(modules) ## limits, walls, purity
	$(call say,lint: eslint with limits; import walls; purity)
	@$(bin)/eslint --max-warnings 0 .

.PHONY: format
format: $(modules) ## check the format (make tidy writes it)
	$(call say,format: prettier)
	@$(bin)/prettier --check --log-level warn .

.PHONY: tidy
tidy: $(modules) ## write the format, mend what lint can mend
	$(call say,tidy: eslint --fix; prettier --write)
	@$(bin)/eslint --fix . || true
	@$(bin)/prettier --write --log-level warn .

.PHONY: chart
chart: $(modules) ## lint and render the Helm chart
	$(call say,chart: helm lint; helm template)
	@$(bin)/helm lint --strict --quiet $(chart) --set operator.image.repository=example.com/kafka-operator
	@$(bin)/helm template kafka-operator $(chart) --set operator.image.repository=example.com/kafka-operator >/dev/null

.PHONY: unit
unit: $(modules) ## all jest tests: unit, golden, plans, simulation, runtime, chart, documents, generated files
	$(call say,unit: jest)
	@mkdir -p $(results)
	@$(bin)/jest --silent --json --outputFile=$(results)/jest.json --reporters=default

.PHONY: sim
sim: $(modules) ## the simulation tests alone
	$(call say,sim: random worlds and faults against decide)
	@$(bin)/jest test/sim

.PHONY: mutation
mutation: $(modules) ## mutation tests of operator/decide, long: make mutation M=operator/decide/gate.ts
	$(call say,mutation: which mutants of operator/decide no test notices; report in dist/stryker)
	@$(bin)/stryker run $(if $(M),--mutate "$(M)")

.PHONY: golden
golden: $(modules) ## rewrite golden manifests and plans; read the diff before you commit it
	$(call say,golden: rewriting test/golden and test/plans)
	@UPDATE_GOLDEN=1 $(bin)/jest test/golden test/plans
	@git --no-pager diff --stat -- test/golden test/plans

# ---- building ---------------------------------------------------------------------------------------------------------

$(modules): package-lock.json
	$(call say,dependencies: npm ci)
	@npm ci --no-audit --no-fund
	@touch $(modules)

.PHONY: build
build: $(modules) ## compile lib and operator to dist/
	$(call say,build: tsc to dist/)
	@$(bin)/tsc -p tsconfig.build.json

.PHONY: generate
generate: build ## CRDs, rules and dashboards of the chart and docs/reference from lib
	$(call say,generate: $(chart)/files; docs/reference)
	@node tools/generate.js

# Exit code 2 of the command says that there is something to do, which is no failure here.
.PHONY: plan
plan: build ## print what a spec would do: make plan F=examples/simple.yaml CONTEXT=name, or W=world.json for no connection
	@test -n "$(F)" || { echo 'cannot plan: name a file, for example make plan F=examples/simple.yaml CONTEXT=my-cluster' >&2; exit 2; }
	@node dist/operator/cli.js plan -f "$(F)" $(if $(W),--world "$(W)",$(if $(CONTEXT),--context "$(CONTEXT)")) || [ $$? -eq 2 ]

.PHONY: dev
dev: build ## local Kubernetes, sample cluster, the operator from source with reload (root)
	$(call say,dev: local Kubernetes; sample cluster; operator from source; logs)
	@tools/dev

# ---- longer runs ------------------------------------------------------------------------------------------------------

.PHONY: e2e
e2e: build ## the end-to-end journeys alone (root)
	$(call say,e2e: journeys on a real Kubernetes and real Kafka)
	@test/e2e/run

.PHONY: test-full
test-full: ## test, and the matrices and soaks (root)
	$(call say,test-full: check; journeys; matrices; soaks)
	@FULL=1 tools/test

.PHONY: bench
bench: build ## the benchmarks; results to bench/results and bench/README.md (root)
	$(call say,bench: requests; reaction times; memory)
	@bench/run

.PHONY: clean
clean: ## remove what was built in the tree
	$(call say,clean: dist; coverage)
	@rm -rf dist coverage
