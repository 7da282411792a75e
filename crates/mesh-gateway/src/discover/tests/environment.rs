use super::{around, found, told, variables};
use crate::discover::Source;

async fn check<const N: usize>(given: [(&str, &str); N], expected: &[&str]) {
    let reads = found(Source::Environment, around("/".as_ref(), variables(given))).await;
    let told = told(&reads);
    assert_eq!(told, expected, "\n{}\n", told.join("\n"));
}

#[tokio::test]
async fn nothing_is_found_where_no_server_is_named() {
    check([("MCP_GIT_COMMAND", "mcp-server-git")], &[]).await;
}

#[tokio::test]
async fn servers_by_command_and_by_address() {
    check(
        [
            ("MCP_SERVERS", "env-test-server, custom.server,tickets,events,list,"),
            ("MCP_ENV_TEST_SERVER_COMMAND", "node test-server.js"),
            ("MCP_CUSTOM_SERVER_COMMAND", "'/opt/custom server/run' --quiet"),
            ("MCP_CUSTOM_SERVER_ARGS", "--name \"a b\" ${REPO}"),
            ("MCP_TICKETS_ENDPOINT", "https://tickets.example.com/mcp"),
            ("MCP_EVENTS_ENDPOINT", "https://events.example.com/sse"),
            ("MCP_EVENTS_PROTOCOL", "sse"),
            ("MCP_LIST_COMMAND", "run"),
            ("MCP_LIST_ARGS", r#"["a b", "c"]"#),
        ],
        &[
            "env-test-server (env, environment): <node> <test-server.js>",
            "custom.server (env, environment): </opt/custom server/run> <--quiet> <--name> <a b> <${REPO}>",
            "tickets (env, environment): Either https://tickets.example.com/mcp",
            "events (env, environment): Sse https://events.example.com/sse",
            "list (env, environment): <run> <a b> <c>",
        ],
    )
    .await;
}

#[tokio::test]
async fn every_fault_has_the_variable_that_it_is_in() {
    check(
        [
            ("MCP_SERVERS", "none,both,a-b,a_b,a-b,open,blank,json,far,wrong,odd!,beside"),
            ("MCP_BOTH_COMMAND", "x"),
            ("MCP_BOTH_ENDPOINT", "https://x.example.com"),
            ("MCP_A_B_COMMAND", "x"),
            ("MCP_OPEN_COMMAND", "x 'y"),
            ("MCP_BLANK_COMMAND", "  "),
            ("MCP_JSON_COMMAND", "x"),
            ("MCP_JSON_ARGS", "[1]"),
            ("MCP_FAR_ENDPOINT", "unix:///run/far"),
            ("MCP_WRONG_COMMAND", "x"),
            ("MCP_WRONG_PROTOCOL", "sse"),
            ("MCP_ODD__COMMAND", "x"),
            ("MCP_BESIDE_ENDPOINT", "https://beside.example.com/mcp"),
            ("MCP_BESIDE_ARGS", "x"),
        ],
        &[
            "a-b (env, environment): <x>",
            "beside (env, environment): Either https://beside.example.com/mcp",
            "? environment: MCP_SERVERS: `a-b` is there twice",
            "? environment: MCP_BESIDE_ARGS: has no effect beside `MCP_BESIDE_ENDPOINT`",
            "! environment: MCP_SERVERS: `none` needs `MCP_NONE_COMMAND` or `MCP_NONE_ENDPOINT`",
            "! environment: MCP_SERVERS: `both` has `MCP_BOTH_COMMAND` and `MCP_BOTH_ENDPOINT`: keep the one that is meant",
            "! environment: MCP_SERVERS: the variables of `a_b` are those of `a-b`, `MCP_A_B_…`: rename one of them",
            "! environment: MCP_OPEN_COMMAND: a quotation mark in it is not closed",
            "! environment: MCP_BLANK_COMMAND: it names no program",
            "! environment: MCP_JSON_ARGS: it begins as a list in JSON, and is none of texts",
            "! environment: MCP_FAR_ENDPOINT: it is not reached from here: it must begin with `https://` or `http://`",
            "! environment: MCP_SERVERS: its `protocol` wants a `endpoint`, and it has `command`: change one of them",
            "! environment: MCP_SERVERS: the names of its tools begin with this name: choose one of at most 32 characters of `A-Z a-z 0-9 _ - .`",
        ],
    )
    .await;
}
