use super::check;

fn servers(text: &str) -> String {
    format!("{{\"mcpServers\": {{\n{text}\n}}}}")
}

#[track_caller]
fn claude(text: &str, expected: &[&str]) {
    check("f", &servers(text), expected);
}

#[test]
fn a_contradiction_drops_its_entry_alone() {
    claude(
        r#""both": {"command": "a", "url": "https://b"}, "typed": {"type": "http", "command": "a"},
        "untyped": {"type": "stdio", "url": "https://b"}, "none": {}, "missing": {"type": "sse"},
        "two": {"url": "https://a", "serverUrl": "https://b"}, "ws": {"type": "ws", "url": "wss://a"},
        "scheme": {"url": "ftp://a"}, "no-scheme": {"url": "localhost:80"}, "empty": {"command": " "},
        "user": {"url": "https://ada:hidden@host/a"}, "at": {"url": "https://host/@a?b=c@d"},
        "fine": {"command": "a"}"#,
        &[
            "at (line 6): Either <https://host/@a?b=c@d>",
            "fine (line 7): <a>",
            "! f:2: mcpServers.both: it has `command` (line 2) and `url` (line 2): keep the one that is meant",
            "! f:2: mcpServers.typed: its `type` wants a `url`, and it has `command` (line 2): change one of them",
            "! f:3: mcpServers.missing: it must have a `url`, and has none",
            "! f:3: mcpServers.none: it must have a `command` or a `url`, and has none",
            "! f:3: mcpServers.untyped: its `type` wants a `command`, and it has `url` (line 3): change one of them",
            "! f:4: mcpServers.two: it has `url` (line 4) and `serverUrl` (line 4): keep the one that is meant",
            r#"! f:4: mcpServers.ws.type: "ws" is not spoken here: `stdio`, `http` and `sse` are"#,
            "! f:5: mcpServers.empty.command: it is empty: name the program to start",
            "! f:5: mcpServers.no-scheme.url: it is not reached from here: it must begin with `https://` or `http://`",
            "! f:5: mcpServers.scheme.url: it is not reached from here: it must begin with `https://` or `http://`",
            "! f:6: mcpServers.user.url: an address is shown to people: write who you are into a header, not before `@`",
        ],
    );
}

#[test]
fn two_addresses_of_gemini_contradict() {
    check(
        "f",
        r#"{"mcpServers": {"a": {"url": "https://a", "httpUrl": "https://b"}}}"#,
        &[
            "! f:1: mcpServers.a: it has `url` (line 1) and `httpUrl` (line 1): keep the one that is meant",
        ],
    );
}

#[test]
fn a_value_of_the_wrong_kind_drops_its_entry_alone() {
    claude(
        r#""a": {"command": ["npx", "-y"]}, "b": {"command": "b", "args": "-y"}, "c": {"command": "c", "args": [{}]},
        "d": {"command": "d", "env": ["X=1"]}, "e": {"command": "e", "env": {"A=B": "1", "": "2"}}, "f": "npx",
        "g": {"url": "https://g", "headers": {"two words": "1", "A": "1", "a": "2"}}, "h": {"command": "h", "disabled": "yes"},
        "i": {"command": "i", "env": {"KEY": {"file": "/run/key"}}}, "fine": {"command": "a"}"#,
        &[
            "fine (line 5): <a>",
            "! f:2: mcpServers.a.command: this is a list, and must be text",
            "! f:2: mcpServers.b.args: this is text, and must be a list",
            "! f:2: mcpServers.c.args[0]: this is a table of members, and must be text",
            "! f:3: mcpServers.d.env: this is a list, and must be a table of members",
            r#"! f:3: mcpServers.e.env."A=B": no variable can have this name"#,
            r#"! f:3: mcpServers.e.env."": no variable can have this name"#,
            "! f:3: mcpServers.f: this is text, and must be a table of members",
            r#"! f:4: mcpServers.g.headers."two words": no header can have this name"#,
            "! f:4: mcpServers.g.headers.a: the header `a` is there already: keep one",
            "! f:4: mcpServers.h.disabled: this is text, and must be true or false",
            "! f:5: mcpServers.i.env.KEY: this is a table of members, and must be text",
        ],
    );
}

#[test]
fn all_faults_of_an_entry_are_told_at_once() {
    claude(
        r#""a/b": {"command": "a", "url": "https://b", "mesh": {"eager": 1}}, "c/d": {"disabled": true}"#,
        &[
            r#"? f:2: mcpServers."c/d": is disabled"#,
            r#"! f:2: mcpServers."a/b": the names of its tools begin with this name: choose one of at most 32 characters of `A-Z a-z 0-9 _ - .`"#,
            r#"! f:2: mcpServers."a/b": it has `command` (line 2) and `url` (line 2): keep the one that is meant"#,
            r#"! f:2: mcpServers."a/b".mesh.eager: this is a number, and must be true or false"#,
        ],
    );
}

#[test]
fn a_name_that_is_there_twice_is_no_server() {
    claude(
        r#""a": {"command": "a"},
        "b": {"command": "b"},
        "a": {"url": "https://a"}, "c": {"command": "c", "command": "d"}"#,
        &[
            "b (line 3): <b>",
            "! f:2: mcpServers.a: it is in line 4 too: keep one of them",
            "! f:4: mcpServers.c.command: it is in line 4 too: keep one of them",
            "! f:4: mcpServers.c: it must have a `command` or a `url`, and has none",
        ],
    );
    check(
        "f",
        "[mcp_servers.a]\ncommand = \"a\"\n[mcp_servers.b]\ncommand = \"b\"\n[mcp_servers.a]\ncommand = \"c\"\n",
        &[
            "! f:5: this is not TOML: duplicate key: it is in line 1 too, keep one of them",
            "! f:6: this is not TOML: duplicate key",
        ],
    );
    check(
        "f",
        r#"{"mcp": {"targets": [
            {"name": "a", "stdio": {"cmd": "a"}},
            {"name": "a", "stdio": {"cmd": "b"}}]}}"#,
        &["! f:2: mcp.targets[0]: it is in line 3 too: keep one of them"],
    );
}

#[test]
fn a_name_must_be_fit_for_the_names_of_tools() {
    claude(
        r#""servers": {"command": "a"}, "": {"command": "a"}, "größe": {"command": "a"}, "io.github/x": {"command": "a"},
        "a\nb": {"command": "a"}, "an-upstream-name-of-33-characters": {"command": "a"}, "a.b_C-1": {"command": "a"}"#,
        &[
            "a.b_C-1 (line 3): <a>",
            r#"! f:2: mcpServers."": the names of its tools begin with this name: choose one of at most 32 characters of `A-Z a-z 0-9 _ - .`"#,
            r#"! f:2: mcpServers."größe": the names of its tools begin with this name: choose one of at most 32 characters of `A-Z a-z 0-9 _ - .`"#,
            r#"! f:2: mcpServers."io.github/x": the names of its tools begin with this name: choose one of at most 32 characters of `A-Z a-z 0-9 _ - .`"#,
            "! f:2: mcpServers.servers: this name is taken by the list of all servers: choose another",
            r#"! f:3: mcpServers."a\nb": the names of its tools begin with this name: choose one of at most 32 characters of `A-Z a-z 0-9 _ - .`"#,
            "! f:3: mcpServers.an-upstream-name-of-33-characters: the names of its tools begin with this name: choose one of at most 32 characters of `A-Z a-z 0-9 _ - .`",
        ],
    );
}

#[test]
fn what_is_ours_is_read_strictly() {
    let mesh =
        |name: &str, options: &str| format!(r#""{name}": {{"command": "x", "mesh": {options}}}"#);
    let all = [
        mesh("unknown", r#"{"timout": 5, "tools": {"permit": []}}"#),
        mesh(
            "later",
            r#"{"relay": 1, "team": "../legal", "sign": {"service": "lambda"}}"#,
        ),
        mesh(
            "times",
            r#"{"timeout": "soon", "idle": "0s", "startTimeout": "30 days"}"#,
        ),
        mesh("counts", r#"{"maxConcurrent": 0}"#),
        mesh(
            "kinds",
            r#"{"eager": "yes", "team": " ", "tools": {"allow": "a", "defaults": {"a": 1}}}"#,
        ),
        mesh(
            "names",
            r#"{"tools": {"rename": {"a": "x y", "b": "same", "c": "same"}}}"#,
        ),
        mesh("list", "[]"),
        mesh("fine", "{}"),
    ];
    claude(
        &all.join(",\n"),
        &[
            "fine (line 9): <x>",
            "! f:2: mcpServers.unknown.mesh.timout: this is no option: `team`, `tools`, `timeout`, `startTimeout`, `idle`, `maxConcurrent`, `eager`, `relay`, `replay`, `oauth`, `sign` and `insecure` are",
            "! f:2: mcpServers.unknown.mesh.tools.permit: this is nothing of tools: `allow`, `deny`, `rename`, `describe`, `pinned` and `defaults` are",
            "! f:3: mcpServers.later.mesh.relay: this is a number, and must be true or false",
            "! f:3: mcpServers.later.mesh.team: it must be the name of a team of the policy, without `/`, or be left out",
            "! f:3: mcpServers.later.mesh.sign: this needs `service` and `region`, each of letters, digits and `-`",
            r#"! f:4: mcpServers.times.mesh.timeout: this must be a time, such as `"500ms"`, `"30s"`, `"10m"`, `"1h"` or a number of seconds"#,
            "! f:4: mcpServers.times.mesh.idle: this must be more than nothing, and a week at most",
            r#"! f:4: mcpServers.times.mesh.startTimeout: this must be a time, such as `"500ms"`, `"30s"`, `"10m"`, `"1h"` or a number of seconds"#,
            "! f:5: mcpServers.counts.mesh.maxConcurrent: this must be a whole number from 1 to 1,000,000",
            "! f:6: mcpServers.kinds.mesh.eager: this is text, and must be true or false",
            "! f:6: mcpServers.kinds.mesh.team: it must be the name of a team of the policy, without `/`, or be left out",
            "! f:6: mcpServers.kinds.mesh.tools.allow: this is text, and must be a list",
            "! f:6: mcpServers.kinds.mesh.tools.defaults.a: this is a number, and must be a table of members",
            "! f:7: mcpServers.names.mesh.tools.rename: `a` needs a new name of at most 48 characters of `A-Z a-z 0-9 _ -`",
            "! f:7: mcpServers.names.mesh.tools.rename: two tools would be `same`: choose another",
            "! f:8: mcpServers.list.mesh: this is a list, and must be a table of members",
        ],
    );
}

#[test]
fn unknown_members_are_named_and_have_no_effect() {
    check(
        "f",
        r#"{"mcpServers": {"a": {"command": "a", "colour": 1, "headers": {}, "a b": 2, "oauth": {}}}, "servers": {}, "$schema": ""}"#,
        &[
            "a (line 1): <a>",
            "? f:1: servers: has no effect here",
            "? f:1: mcpServers.a.headers: has no effect beside `command`",
            "? f:1: mcpServers.a.colour: has no effect here",
            r#"? f:1: mcpServers.a."a b": has no effect here"#,
            "? f:1: mcpServers.a.oauth: has no effect: signing in is not supported: write a token into `headers`, as `${VAR}`",
        ],
    );
}

#[test]
fn a_text_that_cannot_be_read_has_its_fault_and_no_server() {
    check(
        "f",
        "{\n \"mcpServers\": {\"a\" {}}}",
        &["! f:2: this is not JSON: expected colon after the string or word in object property"],
    );
    check("f.json", "", &["! f.json:1: the file is empty"]);
    check("f.json", "// nothing\n", &["! f.json:1: the file is empty"]);
    check(
        "f",
        "mcp_servers.a = 1\nb = \n[x\n",
        &[
            "! f:2: this is not TOML: string values must be quoted, expected literal string",
            "! f:3: this is not TOML: unclosed table, expected `]`",
        ],
    );
    check(
        "f",
        "{\"other\": {}}",
        &[
            "! f:1: no servers are written here in a way that is known: they are members of `mcpServers` (most clients), `servers` (VS Code), `context_servers` (Zed), `mcp_servers` (Codex), or targets of `mcp` (AgentGateway)",
        ],
    );
    check(
        "f.json",
        "[1]",
        &[
            "! f.json:1: no servers are written here in a way that is known: they are members of `mcpServers` (most clients), `servers` (VS Code), `context_servers` (Zed), `mcp_servers` (Codex), or targets of `mcp` (AgentGateway)",
        ],
    );
    check(
        "f.json",
        "{'mcpServers': {}}",
        &["! f.json:1: this is not JSON: single-quoted strings are not allowed"],
    );
    check(
        "f.json",
        &"[".repeat(100_000),
        &["! f.json:1: this is not JSON: maximum nesting depth exceeded"],
    );
    check(
        "f",
        "{\"mcpServers\": 5}",
        &["! f:1: mcpServers: this is a number, and must be a table of members"],
    );
    check("f", "{\"mcpServers\": {}}", &[]);
}

#[test]
fn no_value_of_a_file_is_in_what_is_told_of_it() {
    let text = servers(
        r#""a": {"command": "hidden-1", "url": "https://hidden-2"}, "c": {"command": "c", "args": [["hidden-3"]], "env": {"A": ["hidden-4"]}},
        "b": {"url": "hidden-5", "headers": {"x y": "hidden-6"}, "mesh": {"timeout": "hidden-7", "team": ["hidden-8"]}}"#,
    );
    let read = super::read("f".as_ref(), &text);
    assert_eq!(read.faults.len(), 7, "{:#?}", read.faults);
    assert!(
        !format!("{read:?}").contains("hidden"),
        "{:#?}",
        read.faults
    );
}

#[test]
fn no_value_of_an_entry_is_in_its_debug_form() {
    let text = servers(
        r#""a": {"command": "hidden-1", "args": ["hidden-2"], "env": {"A": "hidden-3"}, "cwd": "hidden-4"},
        "b": {"url": "https://hidden-5", "headers": {"A": "hidden-6"}}"#,
    );
    let read = super::read("f".as_ref(), &text);
    assert_eq!(read.entries.len(), 2);
    assert!(!format!("{read:?}").contains("hidden"), "{read:?}");
}
