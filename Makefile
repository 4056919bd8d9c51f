# One command per target. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help run check fmt test test-sqlite test-postgres openapi openapi-check docs deny unused otel embedding bench crash replicas browser fuzz ci

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: ## Serve on 127.0.0.1:8000 with an SQLite database in ./data; ARGS are passed to `loggia serve`
	cargo run -p loggia -- serve $(ARGS)

check: ## Check formatting, lints, layers, import cycles, migrations and references to the contract
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	scripts/check-layers.sh
	scripts/check-cycles.sh
	scripts/check-migrations.sh
	scripts/check-sources.sh

fmt: ## Format all code
	cargo fmt --all

test: test-sqlite test-postgres ## Run all tests, on SQLite and then on PostgreSQL

test-sqlite: ## Run all tests on SQLite; ARGS are passed to the test runner
	scripts/test.sh sqlite $(ARGS)

test-postgres: ## Run all tests on a temporary PostgreSQL, or on that of TEST_DATABASE_URL
	scripts/postgres.sh run scripts/test.sh postgres $(ARGS)

openapi: ## Write the OpenAPI documents to openapi/*.json
	scripts/openapi.sh write

openapi-check: ## Fail if openapi/*.json differs from the routes
	scripts/openapi.sh check

docs: ## Build the rustdoc of all crates; warnings are errors
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

deny: ## Check layers, bans, licenses, sources, and advisories if their database can be fetched
	scripts/deny.sh

unused: ## Fail on unused dependencies
	scripts/cargo-tool.sh cargo-machete
	cargo machete --skip-target-dir --with-metadata

otel: ## Lint and test the export of spans, which is compiled with the feature `otel` only
	cargo clippy -p loggia --features otel --all-targets --locked -- -D warnings
	cargo test -p loggia --features otel --locked telemetry

embedding: ## Resolve and check loggia-identity in programs that also use sqlx, SeaORM or rusqlite
	scripts/check-embedding.sh

bench: ## Measure requests, logins, start and memory of a release build
	scripts/bench/run.sh $(ARGS)

crash: ## Kill a release build 50 times while it writes; ARGS=postgres for PostgreSQL
	scripts/checks/crash.sh $(ARGS)

replicas: ## Check that two servers of a release build on one PostgreSQL are consistent
	scripts/checks/replicas.sh $(ARGS)

browser: ## Test Swagger UI in headless Chromium; screenshots are in target/browser
	scripts/browser/run.sh

fuzz: ## Fuzz the API with Schemathesis from PyPI, by the OpenAPI documents
	scripts/fuzz-api.sh $(ARGS)

ci: check test docs openapi-check deny unused otel embedding ## Run every check that a change must pass
