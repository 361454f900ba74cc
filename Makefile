# One entry for people and for CI. `make` lists the targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

STACK   ?= dev
AGAINST ?=
IMAGES  ?=
FUZZTIME ?= 10s
# The packages whose own code runs goroutines and that do not link the AWS SDK,
# which alone takes ten minutes to build for the race detector. The stack tests,
# which run every component's apply functions, do: make race RACE=./tests/stack
RACE    ?= ./internal/guard/... ./internal/kubeprovider/... ./internal/offline/... ./internal/preflight/... \
	./internal/settings/... ./internal/strict/... ./internal/toolset/... ./tenants/...
COVER   ?= coverage.out

LINT    := go tool -modfile=tools/lint/go.mod

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use it

.PHONY: preview
preview: ## Show what a stack would be, without any account: STACK=dev [AGAINST=staging]
	@go run ./cmd/mlops preview --stack $(STACK) $(if $(AGAINST),--against $(AGAINST))

.PHONY: kind-up
kind-up: ## Make a kind cluster for the stack local; needs Docker and kind (docs/local.md)
	@deploy/kind/up $(IMAGES)

.PHONY: kind-down
kind-down: ## Delete that cluster with everything in it
	@deploy/kind/down

.PHONY: tools
tools: ## Build the tools of preview and demo now, not at the first use
	@go run ./cmd/mlops tools
	@go run ./cmd/mlops tools --embedded

.PHONY: demo
demo: ## Deploy the local stack onto a real control plane on this machine, without Docker
	@go run ./cmd/mlops up --embedded

.PHONY: demo-status
demo-status: ## Show the tenants of the demo
	@go run ./cmd/mlops status --embedded

.PHONY: demo-down
demo-down: ## Remove the demo and its control plane
	@go run ./cmd/mlops down --embedded

##@ Judge it

AWS_FLAGS = $(if $(PROVIDER),--provider $(PROVIDER)) $(if $(SKIP_BUILD),--skip-build)

.PHONY: verify-aws
verify-aws: ## Have the real AWS provider plan all stacks, without an account: [PROVIDER=registry] [SKIP_BUILD=1]
	@go run ./cmd/mlops verify-aws $(AWS_FLAGS)

.PHONY: aws-tools
aws-tools: ## Build OpenTofu and the AWS provider for it, once: 20 to 45 minutes
	@go run ./cmd/mlops tools --aws

.PHONY: scan
scan: ## Look for security faults in all stacks with trivy and KICS: [PROVIDER=registry] [SKIP_BUILD=1]
	@go run ./cmd/mlops scan $(AWS_FLAGS)

##@ Change it

.PHONY: presubmit
presubmit: fmt lint docs test hygiene ## What to run before a commit; CI runs .ci/run, which does more

.PHONY: fmt
fmt: ## Format the Go code
	@$(LINT) golangci-lint fmt

.PHONY: lint
lint: ## Vet, lint and check the workflows
	@go vet ./...
	@$(LINT) golangci-lint run ./...
	@for module in services/inference tests/conformance tests/docs tests/observability tests/observability/picture; do \
		go -C $$module tool -modfile=$(CURDIR)/tools/lint/go.mod golangci-lint run --config $(CURDIR)/.golangci.yml ./...; \
	done
	@$(LINT) actionlint -shellcheck= -pyflakes=

.PHONY: layers
layers: ## Prove that the layer rules of the linter bite
	@.ci/layers

.PHONY: test
test: ## Run all tests: units, stacks, and the real engine against stand-in clouds
	@.ci/test -timeout 20m ./...

.PHONY: race
race: ## Run the tests where goroutines meet under the race detector
	@go test -race -timeout 20m $(RACE)

.PHONY: race-inference
race-inference: ## The same for the inference service, which links the AWS SDK
	@cd services/inference && go test -race ./internal/...

.PHONY: fuzz
fuzz: ## Run the fuzz targets of internal and tenants for FUZZTIME (10s) each
	@FUZZTIME=$(FUZZTIME) .ci/fuzz

.PHONY: cover
cover: ## Measure the coverage of components, internal and tenants
	@go test -coverprofile=$(COVER) -coverpkg=./components/...,./internal/...,./tenants/... \
		./internal/... ./tenants/... ./tests/...
	@go tool cover -func=$(COVER) | tail -1

# Checks wait more than they compute, so more of them run at once than there are processors.
.PHONY: conformance
conformance: ## Prove on real control planes what the platform promises in the cluster: [RUN=pattern]
	@cd tests/conformance && go test -count=1 -timeout 40m -parallel 16 -v $(if $(RUN),-run '$(RUN)') ./... | awk '\
		/^=== / {next} {print} /--- PASS/ {p++} /--- FAIL/ {f++} /--- SKIP/ {s++} \
		END {printf "conformance: %d passed, %d failed, %d skipped\n", p, f, s}'

.PHONY: observability
observability: ## Prove with real programs that every panel shows data and every alert reaches a receiver
	@cd tests/observability && go test -count=1 -timeout 20m -v . | awk '/^=== / {next} {print}'

.PHONY: pictures
pictures: ## Draw the dashboards of the documentation from what the observability suite sees
	@cd tests/observability && PICTURES=$(CURDIR)/docs/dashboards go test -count=1 -timeout 20m .
	@go generate ./components/monitoring/dashboard/...

.PHONY: breakages
breakages: ## Break one promise after the other and see that exactly its check fails; takes long: RUN=regexp
	@cd tests/conformance && go run ./breakages $(if $(RUN),-run '$(RUN)')

.PHONY: bench
bench: ## Time and weigh the preview against a bare program, the tests and the build
	@go run ./internal/bench

.PHONY: bench-scale
bench-scale: ## Deploy 10, 50 and 100 tenants on embedded control planes: SIZES="10 50 100"
	@go run ./internal/bench/scale $(SIZES)

.PHONY: bench-inference
bench-inference: ## Load the inference service and a handler that answers a constant, and compare
	@cd services/inference && go run ./bench

.PHONY: docs
docs: ## Write the generated documents: configuration, guard rules, outputs, tenant schema
	@go generate ./...

.PHONY: check-docs
check-docs: ## Fail if a generated document is not current
	@.ci/generated

.PHONY: check-commands
check-commands: ## Put every command and query of the documentation before its tool
	@cd tests/docs && go test -count=1 -v ./... | awk 'sub(/^.*SKIPPED: /, "SKIPPED: ") {print; next} /judged$$/ {print $$2, $$3, $$4; next} /^ .*\.md:[0-9]+: / {fault = 1} /^(ok|FAIL)/ {fault = 0; print; next} fault || /--- FAIL/ {print}'

.PHONY: hygiene
hygiene: ## Check the text of the tree: sizes, paths, keys, pins, links
	@.ci/hygiene

.PHONY: nested
nested: ## Check the nested modules: examples, conformance, tools
	@.ci/nested

.PHONY: clean
clean: ## Remove what tests and coverage left in the checkout
	@rm -rf bin $(COVER) coverage.html
