use super::check;

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("../../../tests/files/", $name))
    };
}

#[test]
fn claude_desktop() {
    check(
        "claude_desktop_config.json",
        file!("claude_desktop_config.json"),
        &[
            "filesystem (line 4): <npx> <-y> <@modelcontextprotocol/server-filesystem> </Users/ada/Documents>",
            "Sequential Thinking (line 8): <npx> <-y> <@modelcontextprotocol/server-sequential-thinking>",
            "github (line 12): <docker> <run> <-i> <--rm> <-e> <GITHUB_PERSONAL_ACCESS_TOKEN> <ghcr.io/github/github-mcp-server> GITHUB_PERSONAL_ACCESS_TOKEN=<ghp-not-a-token>",
        ],
    );
}

#[test]
fn claude_code_in_a_project() {
    check(
        ".mcp.json",
        file!("claude.mcp.json"),
        &[
            "git (line 4): <uvx> <mcp-server-git> <--repository> <${REPO:-.} needs REPO> DEBUG=<true> PORT=<8080>",
            "tickets (line 5): Streamable <https://${TICKETS_HOST:-tickets.example.com}/mcp needs TICKETS_HOST> Authorization: <Bearer ${TICKETS_TOKEN} needs TICKETS_TOKEN> X-Team: <support>",
            "old (line 10): Sse <http://localhost:3001/sse>",
            "either (line 11): Either <https://either.example.com/mcp>",
            r#"ours (line 12): <ours> with team: Some( "support", ), allow: Some( { "read", "search", }, ), deny: { "delete", }, rename: { "search": "find_orders", }, describe: { "search": "Finds orders.", }, defaults: { "search": { "limit": Number(5), "all": Bool(false), }, }, timeout: Some( 20s, ), start_timeout: 90s, idle: 3600s, max_concurrent: Some( 4, ), eager: true, insecure: true,"#,
            r#"? .mcp.json:11: mcpServers.either.timeout: has no effect: clients differ on its unit: write `"mesh": {"timeout": "30s"}`"#,
        ],
    );
}

#[test]
fn claude_code_of_a_user_and_of_projects() {
    check(
        "/home/ada/.claude.json",
        file!("claude.user.json"),
        &[
            "memory (line 5): <npx> <-y> <@modelcontextprotocol/server-memory>",
            "db (line 12): <./bin/db-mcp> DSN=<${SHOP_DSN} needs SHOP_DSN> in </home/ada/shop>",
            r#"? /home/ada/.claude.json:13: projects."/home/ada/shop".mcpServers.memory: has no effect: the server of this name in line 5 comes first"#,
            r#"? /home/ada/.claude.json:16: projects."/home/ada/blog".mcpServers.db: has no effect: the server of this name in line 12 comes first"#,
        ],
    );
}

#[test]
fn vs_code() {
    check(
        ".vscode/mcp.json",
        file!("vscode.mcp.json"),
        &[
            "github (line 6): Either <https://api.githubcopilot.com/mcp>",
            "perplexity (line 8): <npx> <-y> <server-perplexity-ask> HOME=<${userHome} needs HOME> PERPLEXITY_API_KEY=<${input:perplexity-key}>",
            "traces (line 17): Sse <http://localhost:4318/sse> X-Key: <${env:TRACES_KEY} needs TRACES_KEY>",
            "? .vscode/mcp.json:13: servers.perplexity.envFile: has no effect: no file of variables is read: write what it needs into `env`, as `${VAR}`",
            "? .vscode/mcp.json:14: servers.perplexity.dev: has no effect here",
            "! .vscode/mcp.json:16: servers.socket.url: it is not reached from here: it must begin with `https://` or `http://`",
        ],
    );
}

#[test]
fn vs_code_in_its_settings() {
    check(
        "settings.json",
        file!("vscode.settings.json"),
        &["time (line 1): <uvx> <mcp-server-time>"],
    );
}

#[test]
fn cursor() {
    check(
        ".cursor/mcp.json",
        file!("cursor.mcp.json"),
        &[
            "linear (line 3): Either <https://mcp.linear.app/mcp> Authorization: <Bearer ${env:LINEAR_KEY} needs LINEAR_KEY>",
            "local (line 4): <${userHome}/bin/server needs HOME> <--root> <${workspaceFolder}>",
            "signed-in (line 5): Either <https://oauth.example.com/mcp>",
            "? .cursor/mcp.json:4: mcpServers.local.envFile: has no effect: no file of variables is read: write what it needs into `env`, as `${VAR}`",
            "? .cursor/mcp.json:7: mcpServers.signed-in.auth: has no effect: signing in is not supported: write a token into `headers`, as `${VAR}`",
        ],
    );
}

#[test]
fn windsurf() {
    check(
        "mcp_config.json",
        file!("windsurf.mcp_config.json"),
        &[
            "figma (line 3): Either <https://mcp.figma.com/sse> API_KEY: <Bearer ${file:/home/ada/.figma}>",
            r#"stripe (line 4): Either <https://mcp.stripe.com> with deny: { "create_refund", },"#,
            "? mcp_config.json:5: mcpServers.playwright: is disabled",
        ],
    );
}

#[test]
fn copilot() {
    check(
        "mcp-config.json",
        file!("copilot.mcp-config.json"),
        &[
            "everything (line 3): <npx> <-y> <server-everything>",
            r#"sentry (line 4): Streamable <https://mcp.sentry.dev/mcp> with allow: Some( { "get_issue", "list_issues", }, ),"#,
            "none (line 5): <none> with allow: Some( {}, ),",
            "? mcp-config.json:4: mcpServers.sentry.deferTools: has no effect here",
        ],
    );
}

#[test]
fn elf_s_file_of_one_server() {
    check(
        "agentgateway-config.json",
        file!("elf.agentgateway-config.json"),
        &[
            "google-drive-watcher (line 2): <node> <dist/server.js> GOOGLE_CLIENT_ID=<${GOOGLE_CLIENT_ID} needs GOOGLE_CLIENT_ID> GOOGLE_REDIRECT_URI=<${GOOGLE_REDIRECT_URI:-} needs GOOGLE_REDIRECT_URI> in </app>",
            "? agentgateway-config.json:4: mcp.description: has no effect here",
            "? agentgateway-config.json:7: mcp.tools: has no effect here",
            "? agentgateway-config.json:10: mcp.healthCheck: has no effect here",
        ],
    );
    check(
        "agentgateway-config.json",
        r#"{"name": "my-mcp", "protocol": "stdio", "runtime": {"command": "node"}}"#,
        &["my-mcp (line 1): <node>"],
    );
    check(
        "agentgateway-config.json",
        r#"{"name": "my-mcp", "protocol": "http", "runtime": {"command": "node"}}"#,
        &[
            "! agentgateway-config.json:1: protocol: what is started by its `runtime` speaks over standard input and output: write `stdio`, or an `endpoint`",
        ],
    );
}

#[test]
fn the_file_of_no_client_has_variables_in_braces() {
    let text = r#"{"mcpServers": {"a": {"command": "a", "env": {"KEY": "{env:A_KEY}", "TOKEN": "${A_TOKEN}"}}}}"#;
    check(
        "/home/ada/.config/mcp/mcp.json",
        text,
        &["a (line 1): <a> KEY=<{env:A_KEY} needs A_KEY> TOKEN=<${A_TOKEN} needs A_TOKEN>"],
    );
    check(
        "mcp.json",
        text,
        &["a (line 1): <a> KEY=<{env:A_KEY}> TOKEN=<${A_TOKEN} needs A_TOKEN>"],
    );
}

#[test]
fn zed() {
    check(
        "settings.json",
        file!("zed.settings.json"),
        &[
            "figma (line 6): <npx> <figma-mcp> KEY=<figd-not-a-key>",
            "remote (line 7): Either <https://zed.example.com/mcp> Authorization: <Bearer not-a-token>",
            "before (line 8): <node> </opt/server.js> <--stdio>",
            r#"? settings.json:5: context_servers.postgres.source: an extension of Zed starts it: to have it here, write its `command`, and `"source": "custom"`"#,
            "? settings.json:9: context_servers.off: is disabled",
        ],
    );
}

#[test]
fn codex() {
    check(
        "config.toml",
        file!("codex.config.toml"),
        &[
            r#"context7 (line 4): <npx> <-y> <@upstash/context7-mcp> CONTEXT7_KEY=<${CONTEXT7_KEY} needs CONTEXT7_KEY> LANG=<${LANG} needs LANG> LOG=<debug> in </srv/context7> with allow: Some( { "get-library-docs", "resolve-library-id", }, ), deny: { "get-library-docs", }, timeout: Some( 90.5s, ), start_timeout: 20s,"#,
            "figma (line 15): Streamable <https://mcp.figma.com/mcp> Authorization: <Bearer ${FIGMA_TOKEN} needs FIGMA_TOKEN> X-Figma-Region: <us-east-1> X-Org: <${FIGMA_ORG} needs FIGMA_ORG> with timeout: Some( 5s, ),",
            "? config.toml:20: mcp_servers.figma.required: has no effect here",
            "? config.toml:29: mcp_servers.off: is disabled",
            "! config.toml:27: mcp_servers.inline.bearer_token: Codex takes no token in the file: name its variable in `bearer_token_env_var`",
        ],
    );
}

#[test]
fn gemini() {
    check(
        ".gemini/settings.json",
        file!("gemini.settings.json"),
        &[
            "python (line 5): <python> <-m> <my_server> <--port> <$PORT needs PORT> KEY=<$MY_KEY needs MY_KEY> URL=<${DB_URL} needs DB_URL> in <./servers> with timeout: Some( 15s, ),",
            "events (line 13): Sse <https://events.example.com/sse>",
            r#"stream (line 14): Streamable <https://stream.example.com/mcp> Authorization: <Bearer $STREAM_TOKEN needs STREAM_TOKEN> with allow: Some( { "both", "safe", }, ), deny: { "both", },"#,
            "typed (line 20): Streamable <https://typed.example.com/mcp>",
            "? .gemini/settings.json:11: mcpServers.python.trust: has no effect here",
            "? .gemini/settings.json:21: mcpServers.experimental: is disabled by `mcp.allowed` or `mcp.excluded`",
        ],
    );
}

#[test]
fn agentgateway_of_2025_and_elf_s_addition() {
    check(
        "config.json",
        file!("agentgateway.old.json"),
        &[
            "github (line 6): <npx> <-y> <server-github> GITHUB_TOKEN=<$GITHUB_TOKEN needs GITHUB_TOKEN>",
            "weather (line 7): Sse <http://weather.svc:8000/sse>",
            "elf (line 8): Either <http://elf.default.svc:8080/mcp>",
            "? config.json:8: targets.mcp[2].health_check: has no effect: every upstream is checked in the same way",
            "! config.json:9: targets.mcp[3].openapi: an OpenAPI document is no MCP server: put one before it, and write its address under `mcp`",
        ],
    );
}

#[test]
fn agentgateway() {
    check(
        "config.json",
        file!("agentgateway.config.json"),
        &[
            "everything (line 11): <npx> <@modelcontextprotocol/server-everything>",
            "remote (line 12): Streamable <https://remote.example.com/mcp>",
            "parts (line 23): Streamable <http://parts.svc:8080/mcp>",
            "short (line 28): Sse <http://localhost:9000/sse>",
            "? config.json:7: binds[0].listeners[0].routes[0].policies: has no effect: no policy of another gateway is applied: who may use it is what our policy says",
            "? config.json:23: backends[0].mcp.targets[0].policies: has no effect: no policy of another gateway is applied: who may use it is what our policy says",
            "! config.json:24: backends[0].mcp.targets[1].sse: it must have a `host` such as `https://mcp.example.com/mcp`, or a `host`, a `port` and a `path`",
            "! config.json:25: backends[0].mcp.targets[2].mcp: it must have a `host` such as `https://mcp.example.com/mcp`, or a `host`, a `port` and a `path`",
        ],
    );
}

#[test]
fn elf() {
    check(
        "mcp_config.json",
        file!("elf.json"),
        &[
            "business-tools (line 4): <python> <-m> <business> KEY=<${KEY} needs KEY>",
            "analytics (line 6): Either <http://analytics:8081/mcp>",
            "events (line 7): Sse <http://events:8082/sse>",
            "? mcp_config.json:5: mcp.servers[0].tools: has no effect here",
            "? mcp_config.json:5: mcp.servers[0].description: has no effect here",
            "! mcp_config.json:8: mcp.servers[3]: it has no name: give it a `name`",
        ],
    );
}

#[test]
fn agentgateway_in_yaml() {
    check(
        "config.yaml",
        file!("agentgateway.config.yaml"),
        &[
            "everything (line 11): <npx> <@modelcontextprotocol/server-everything> PORT=<3001> TOKEN=<$EVERYTHING_TOKEN needs EVERYTHING_TOKEN>",
            "parts (line 25): Sse <http://parts.svc:8080/sse>",
            "? config.yaml:6: binds[0].listeners[0].routes[0].policies: has no effect: no policy of another gateway is applied: who may use it is what our policy says",
            "! config.yaml:18: binds[0].listeners[0].routes[0].backends[0].mcp.targets[1]: it is in line 20 too: keep one of them",
        ],
    );
}

#[test]
fn yaml_as_it_may_be_written() {
    check(
        "config.yml",
        "mcp: &m\n  targets:\n  - {name: a, stdio: {cmd: a, args: [--n, 5, yes, null]}}\n  - name: b\n    name: c\n",
        &[
            "! config.yml:3: mcp.targets[0].stdio.args[3]: this is null, and must be text",
            "! config.yml:4: mcp.targets[1].name: it is in line 5 too: keep one of them",
            "! config.yml:4: mcp.targets[1]: it has no name: give it a `name`",
        ],
    );
    check(
        "config.yaml",
        "mcp:\n  targets: [a: b: c\n",
        &["! config.yaml:2: this is not YAML, or more of it than files have"],
    );
    check(
        "config.yaml",
        "mcp: {targets: []}\n---\nmcp: {}\n",
        &["! config.yaml:3: this is not YAML, or more of it than files have"],
    );
    check(
        "config.yaml",
        "",
        &[
            "! config.yaml:1: no servers are written here in a way that is known: they are members of `mcpServers` (most clients), `servers` (VS Code), `context_servers` (Zed), `mcp_servers` (Codex), or targets of `mcp` (AgentGateway)",
        ],
    );
}

#[test]
fn the_page_for_operators() {
    let page = include_str!("../../../../../docs/GATEWAY.md");
    let example = page
        .split("```json\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let told = super::told(".mcp.json", example.expect("an example"));
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].starts_with("orders (line 3): Either <https://orders.example.com/mcp>"));
}
