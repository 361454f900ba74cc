# One entry for people and for CI. `make` lists the targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

STACK   ?= dev
AGAINST ?=
WAS     ?=
IMAGES  ?=
FUZZTIME ?= 2000x
# What runs the pods of the demo: real, simulated, or auto.
NODES   ?= auto
# The tenant of the demo that gets the load.
TENANT  ?= tenant-a
# The packages whose own code runs goroutines and that do not link the AWS SDK,
# which alone takes ten minutes to build for the race detector. The stack tests,
# which run every component's apply functions, do: make race RACE=./tests/stack
RACE    ?= ./internal/guard/... ./internal/preflight/... ./internal/settings/... ./internal/shared/... ./tenants/...
RACE_WORKBENCH ?= ./charts/... ./engine/... ./toolset/...
# The modules with code of ours; those of the program, which `make test` tests; suites
# that take minutes and have a target of their own; and all others.
MODULES  = $(shell .ci/modules)
PROGRAM  = $(filter-out tests/suites/% services/% examples/%,$(MODULES))
SUITES   = $(addprefix tests/suites/,conformance e2e layers mutants observability programs rehearsal)
NESTED   = $(filter-out $(PROGRAM) $(SUITES),$(MODULES))
COVER   ?= coverage.out

MLOPS   := go run -C cmd/mlops .
# Without what runs a platform here, so that the first preview compiles less.
PLAN    := go run -C cmd/mlops -tags previews .
LINT    := go tool -modfile=tools/lint/go.mod

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use it

# A build cache with less than this program has packages is cold: say what is to come,
# because the command itself can only speak when it is built. About 650 seconds of one processor.
define announce
@[ "$$(find "$$(go env GOCACHE)" -maxdepth 2 -name '*-a' 2>/dev/null | head -n 1000 | wc -l)" -ge 1000 ] || \
	echo "Compiling the command and the cloud SDKs, once: about $$((650 / 60 / $$(getconf _NPROCESSORS_ONLN) + 1)) minutes." >&2
endef

.PHONY: preview
preview: ## Show what a stack would be, without any account: STACK=dev [AGAINST=staging] [WAS=earlier.yaml]
	$(announce)
	@$(PLAN) preview --stack $(STACK) $(if $(AGAINST),--against $(AGAINST)) $(if $(WAS),--was $(WAS))

.PHONY: destroy
destroy: ## Take a deployed stack down after one question, and say what stays: STACK=dev
	@$(PLAN) destroy --stack $(STACK)

.PHONY: kind-up
kind-up: ## Make a kind cluster for the stack local; needs Docker and kind (docs/local.md)
	@deploy/kind/up $(IMAGES)

.PHONY: kind-down
kind-down: ## Delete that cluster with everything in it
	@deploy/kind/down

.PHONY: tools
tools: ## Build the tools of preview and demo now, not at the first use
	@$(PLAN) tools
	@$(MLOPS) tools --embedded --nodes $(NODES)

.PHONY: demo
demo: ## Deploy the local stack onto a control plane on this machine, without Docker: [NODES=simulated]
	@$(MLOPS) up --embedded --nodes $(NODES)

.PHONY: demo-status
demo-status: ## Show the tenants of the demo
	@$(MLOPS) status --embedded

.PHONY: demo-load
demo-load: ## Ask a tenant of the demo for predictions until its autoscaler acts: [TENANT=tenant-b]
	@$(MLOPS) load $(TENANT) --embedded

.PHONY: demo-dashboards
demo-dashboards: ## Serve the dashboards of the demo as a web page, until Ctrl-C
	@$(MLOPS) dashboards --embedded

.PHONY: demo-down
demo-down: ## Remove the demo and its control plane
	@$(MLOPS) down --embedded

##@ Check it

AWS_FLAGS = $(if $(PROVIDER),--provider $(PROVIDER)) $(if $(SKIP_BUILD),--skip-build)

.PHONY: verify-aws
verify-aws: ## Have the real AWS provider plan all stacks, without an account: [PROVIDER=registry] [SKIP_BUILD=1]
	@$(PLAN) verify-aws $(AWS_FLAGS)

.PHONY: aws-tools
aws-tools: ## Build OpenTofu and the AWS provider for it, once: about a quarter of an hour
	@$(PLAN) tools --aws

.PHONY: rehearse
rehearse: ## Have the real AWS provider plan edits, and make and destroy stacks on an emulated AWS: [BRIEF=1] [STACKS=dev,prod] [SKIP_BUILD=1]
	@cd tests/suites/rehearsal && go test -count=1 -timeout 60m -parallel 3 -v . $(if $(STACKS),-stacks '$(STACKS)') \
		$(if $(BRIEF),-brief) $(if $(SKIP_BUILD),-skip-build) | awk '/^=== / {next} {print; fflush()}'

.PHONY: scan
scan: ## Look for insecure settings in all stacks with trivy and KICS: [PROVIDER=registry] [SKIP_BUILD=1]
	@$(PLAN) scan $(AWS_FLAGS)

##@ Change it

.PHONY: presubmit
presubmit: fmt lint docs test programs hygiene check-slips ## What to run before a commit; CI runs .ci/run, which does more

.PHONY: fmt
fmt: ## Format the Go code
	@$(LINT) golangci-lint fmt

.PHONY: check-fmt
check-fmt: ## Fail if a Go file is not formatted
	@$(LINT) golangci-lint fmt --diff

.PHONY: build
build: ## Build every module, and fail if a go.mod is not tidy
	@for module in $(MODULES); do echo "build $$module"; (cd $$module && go mod tidy -diff && go build -o /dev/null ./...); done

.PHONY: lint
lint: ## Lint every module, with the layer rules, and check the workflows
	@linter=$$($(LINT) -n golangci-lint); for module in $(MODULES); do \
		echo "lint $$module"; (cd $$module && "$$linter" run --config $(CURDIR)/.golangci.yml ./...); \
	done
	@$(LINT) actionlint -shellcheck= -pyflakes=

.PHONY: layers
layers: ## Prove that the layer rules of the linter bite
	@cd tests/suites/layers && go test -count=1 .

.PHONY: test
test: ## Run the tests of the program: units, stacks, and the real engine against fake clouds
	@for module in $(PROGRAM); do (cd $$module && $(CURDIR)/.ci/test -timeout 20m ./...); done

.PHONY: programs
programs: ## Test components against the programs they configure (promtool, amtool, MinIO, PostgreSQL, IAM), and build images
	@cd tests/suites/programs && $(CURDIR)/.ci/test -timeout 20m ./...

.PHONY: race
race: ## Run the tests where goroutines meet under the race detector
	@go test -race -timeout 20m $(RACE)
	@cd internal/workbench && go test -race -timeout 20m $(RACE_WORKBENCH)

.PHONY: race-inference
race-inference: ## The same for the inference service, which links the AWS SDK
	@cd services/inference && go test -race ./internal/...

.PHONY: fuzz
fuzz: ## Run the fuzz targets of files, names, requests and tables with FUZZTIME (2000x) inputs each
	@FUZZTIME=$(FUZZTIME) .ci/fuzz

.PHONY: cover
cover: ## Measure the coverage of components, internal and tenants
	@go test -coverprofile=$(COVER) -coverpkg=./components/...,./internal/...,./tenants/... \
		./internal/... ./tenants/... ./tests/...
	@go tool cover -func=$(COVER) | tail -1

# Checks wait more than they compute, so more of them run at once than there are processors.
.PHONY: conformance
conformance: ## Prove on real control planes what the platform promises in the cluster: [RUN=pattern]
	@cd tests/suites/conformance && go test -count=1 -timeout 40m -parallel 16 -v $(if $(RUN),-run '$(RUN)') ./... | awk '\
		/^=== / {next} {print} /--- PASS/ {p++} /--- FAIL/ {f++} /--- SKIP/ {s++} \
		END {printf "conformance: %d passed, %d failed, %d skipped\n", p, f, s}'

# One platform after the other: each takes the machine's control groups and memory.
# Checks of one platform wait more than they compute.
E2E_TEST = cd tests/suites/e2e && go test -count=1 -parallel 16 -v
E2E_COUNT = awk '/^=== / {next} {print; fflush()} /--- PASS/ {p++} /--- FAIL/ {f++} /--- SKIP/ {s++} \
		END {printf "e2e: %d passed, %d failed, %d skipped\n", p, f, s}'

.PHONY: e2e
e2e: ## Prove with real containers on real nodes what the platform promises; needs root: [RUN=pattern] [E2E=full]
	@$(E2E_TEST) -timeout 40m $(if $(RUN),-run '$(RUN)') -skip '^Test(Breakages|Missing)$$' . | $(E2E_COUNT)

.PHONY: e2e-breakages
e2e-breakages: ## Break a running platform in one place after the other and see that exactly its check fails: [RUN=pattern]
	@$(E2E_TEST) -timeout 90m -run '$(if $(RUN),^TestBreakages$$/$(RUN),^Test(Breakages|Missing)$$)' . | $(E2E_COUNT)

.PHONY: observability
observability: ## Prove with real programs that every panel shows data and every alert reaches a receiver
	@cd tests/suites/observability && go test -count=1 -timeout 20m -v . | awk '/^=== / {next} {print}'

.PHONY: pictures
pictures: ## Draw the dashboards of the documentation from what the observability suite sees
	@cd tests/suites/observability && PICTURES=$(CURDIR)/docs/dashboards go test -count=1 -timeout 20m .
	@go generate ./internal/docgen

.PHONY: breakages
breakages: ## Break one promise after the other and see that exactly its check fails; takes long: RUN=regexp
	@cd tests/suites/conformance && go run ./breakages $(if $(RUN),-run '$(RUN)')

.PHONY: mutants
mutants: ## Put slips into the source, one at a time, and see that a test near the code notices: [SLIPS=iam-.*]
	@cd tests/suites/mutants && go test -count=1 -timeout 180m -v -run '^TestSlipsAreNoticed$$' . $(if $(SLIPS),-slips '$(SLIPS)') | \
		awk '/^=== / {next} {print; fflush()}'

.PHONY: check-slips
check-slips: ## Fail if a slip of make mutants no longer fits the source
	@cd tests/suites/mutants && go test -count=1 -short .

.PHONY: charts
charts: ## Fetch every chart that a stack may install from its repository; needs helm and a network
	@go test -count=1 ./tests/stack -run TestChartsArePublished -pull

.PHONY: bench
bench: ## Time and weigh the preview against a bare program, the tests and the build
	@go run -C internal/workbench ./bench

.PHONY: bench-scale
bench-scale: ## Deploy 10, 50 and 100 tenants on embedded control planes: SIZES="10 50 100"
	@go run -C internal/workbench ./bench/scale $(SIZES)

.PHONY: bench-inference
bench-inference: ## Load the inference service and a handler that answers a constant, and compare
	@cd services/inference && go run ./bench

.PHONY: docs
docs: ## Write the generated documents: configuration, guard rules, outputs, proofs, schemas
	@go generate ./...

.PHONY: check-docs
check-docs: ## Fail if a generated document is not current
	@.ci/generated

.PHONY: check-commands
check-commands: ## Put every command and query of the documentation before its tool
	@cd tests/suites/docs && go test -count=1 -v ./... | awk 'sub(/^.*SKIPPED: /, "SKIPPED: ") {print; next} /checked$$/ {print $$2, $$3, $$4; next} /^ .*\.md:[0-9]+: / {finding = 1} /^(ok|FAIL)/ {finding = 0; print; next} finding || /--- FAIL/ {print}'

.PHONY: hygiene
hygiene: ## Check the text of the tree: sizes, paths, keys, pins, links
	@.ci/hygiene

# What these tests read lies outside of their modules, where go does not look whether it is as before.
.PHONY: nested
nested: ## Test the services, examples and documents, and verify the modules of tools
	@for module in $(NESTED); do echo "test $$module"; (cd $$module && $(CURDIR)/.ci/test -short -count=1 ./... </dev/null); done
	@for file in $$(git ls-files 'tools/*go.mod'); do echo "verify $${file%/go.mod}"; (cd $${file%/go.mod} && go mod verify); done

.PHONY: clean
clean: ## Remove what tests and coverage left in the checkout
	@rm -rf bin $(COVER) coverage.html
