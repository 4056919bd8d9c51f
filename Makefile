# One command a target. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help run check fmt test test-sqlite test-postgres openapi openapi-check docs deny unused embedding bench crash replicas browser fuzz ci

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: ## Serve on 127.0.0.1:8000 with an SQLite database in ./data; ARGS are handed on
	cargo run -p loggia -- serve $(ARGS)

check: ## Formatting, clippy, layers, migrations, sources
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	scripts/check-layers.sh
	scripts/check-migrations.sh
	scripts/check-sources.sh

fmt: ## Format everything
	cargo fmt --all

test: test-sqlite test-postgres ## The whole suite, on SQLite and then on PostgreSQL

test-sqlite: ## The whole suite on SQLite; ARGS are handed to the test runner
	scripts/test.sh sqlite $(ARGS)

test-postgres: ## The whole suite on a temporary PostgreSQL, or on that of TEST_DATABASE_URL
	scripts/postgres.sh run scripts/test.sh postgres $(ARGS)

openapi: ## Write openapi/*.json
	scripts/openapi.sh write

openapi-check: ## Fail where openapi/*.json is not what the routes say
	scripts/openapi.sh check

docs: ## Build the API documentation of the crates; a warning is an error
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

deny: ## Licences, bans, sources, and advisories where their database can be fetched
	scripts/deny.sh

unused: ## Fail on dependencies that no code names
	scripts/cargo-tool.sh cargo-machete
	cargo machete --skip-target-dir --with-metadata

embedding: ## Resolve and check loggia-identity in programs that use sqlx, SeaORM or rusqlite as well
	scripts/check-embedding.sh

bench: ## Measure requests, logins, start and memory of a release build
	scripts/bench/run.sh $(ARGS)

crash: ## Kill a release build 50 times in the middle of writing; ARGS=postgres for PostgreSQL
	scripts/checks/crash.sh $(ARGS)

replicas: ## Run two servers of a release build on one PostgreSQL: do they behave as one?
	scripts/checks/replicas.sh $(ARGS)

browser: ## Use Swagger UI in headless Chromium; pictures in target/browser
	scripts/browser/run.sh

fuzz: ## Ask whatever the OpenAPI documents permit and forbid, with Schemathesis from PyPI
	scripts/fuzz-api.sh $(ARGS)

ci: check test docs openapi-check deny unused embedding ## All that a change must pass
