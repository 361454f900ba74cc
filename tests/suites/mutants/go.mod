// Proof that tests notice what is wrong. A module of its own, because it tests the
// program once for each slip, which takes longer than the tests of a change may take.
module github.com/mlops-iac/mlops/tests/suites/mutants

go 1.25.8

require (
	github.com/stretchr/testify v1.11.1
	gopkg.in/yaml.v3 v3.0.1
)

require (
	github.com/davecgh/go-spew v1.1.1 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
)
