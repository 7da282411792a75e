use serde_json::{Value, json};

use super::{Page, Server, Way};

fn server(name: &str) -> Server {
    let page: Page =
        serde_json::from_str(include_str!("../../tests/files/registry.json")).expect("a page");
    let mut servers = page.servers.into_iter().map(|found| found.server);
    servers
        .find(|server| server.short_name() == name)
        .expect("is there")
}

#[track_caller]
fn check(name: &str, way: Option<Way>, entry: &Value, needed: &[&str], left_out: &[&str]) {
    let written = server(name).written(way).expect("can be had");
    assert_eq!(&written.entry, entry);
    let names: Vec<_> = written.needed.iter().map(|needed| &*needed.name).collect();
    assert_eq!(
        (names.as_slice(), written.left_out.as_slice()),
        (
            needed,
            left_out
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
                .as_slice()
        )
    );
}

#[test]
fn a_package_of_npm() {
    check(
        "brave-search",
        None,
        &json!({"command": "npx", "args": ["-y", "@example/server-brave-search@1.0.2"], "env": {"BRAVE_API_KEY": "${BRAVE_API_KEY}"}}),
        &["BRAVE_API_KEY"],
        &["BRAVE_REGION"],
    );
    check(
        "filesystem",
        None,
        &json!({"command": "npx", "args": ["-y", "@example/server-filesystem@1.0.2", "${TARGET_DIR}"], "env": {"LOG_LEVEL": "info"}}),
        &["TARGET_DIR"],
        &[],
    );
}

#[test]
fn an_image_for_docker() {
    check(
        "filesystem",
        Some(Way::Oci),
        &json!({
            "command": "docker",
            "args": ["run", "-i", "--rm", "-e", "LOG_LEVEL", "--mount", "type=bind,src=${SOURCE_PATH},dst=/project", "docker.io/example/filesystem:1.0.2", "/project"],
            "env": {"LOG_LEVEL": "info"},
        }),
        &["SOURCE_PATH"],
        &[],
    );
}

#[test]
fn a_package_of_pypi_in_the_older_names() {
    check(
        "weather-mcp",
        None,
        &json!({
            "command": "uvx",
            "args": ["weather-mcp-server==0.5.0", "--units", "celsius", "--quiet", "serve"],
            "env": {"WEATHER_API_KEY": "${WEATHER_API_KEY}"},
        }),
        &["WEATHER_API_KEY"],
        &["--port"],
    );
}

#[test]
fn an_address() {
    check(
        "hybrid-mcp",
        None,
        &json!({
            "type": "http",
            "url": "https://${TENANT_ID}.mcp.example.com/eu/mcp",
            "headers": {"Authorization": "Bearer ${API_KEY}", "X-Api-Version": "2", "X-Secret": "${X_SECRET}"},
        }),
        &["TENANT_ID", "API_KEY", "X_SECRET"],
        &[],
    );
    check(
        "hybrid-mcp",
        Some(Way::Npm),
        &json!({"command": "npx", "args": ["-y", "@example/hybrid@1.5.0"]}),
        &[],
        &[],
    );
}

#[track_caller]
fn refused(server: &Value, why: &str) {
    let mut whole = json!({"name": "a/b", "version": "1.0.0"});
    whole
        .as_object_mut()
        .expect("an object")
        .extend(server.as_object().expect("an object").clone());
    let server: Server = serde_json::from_value(whole).expect("a server");
    let told = server.written(None).expect_err("is refused");
    assert!(told.contains(why), "{told}");
}

#[test]
fn what_is_not_pinned_or_not_had_from_here_is_refused() {
    let told = server("bundle").written(None).expect_err("is refused");
    assert!(told.ends_with("it has mcpb"), "{told}");
    let told = server("brave-search")
        .written(Some(Way::Pypi))
        .expect_err("is refused");
    assert_eq!(told, "it cannot be had as `pypi`; it can as `npm`");
    let package = |kind: &str, identifier: &str, version: Option<&str>| json!({"packages": [{"registryType": kind, "identifier": identifier, "version": version, "transport": {"type": "stdio"}}]});
    for version in [
        None,
        Some("latest"),
        Some("1"),
        Some("1.x"),
        Some("1.2.x"),
        Some("*"),
    ] {
        refused(&package("npm", "x", version), "");
    }
    refused(&package("npm", "x", Some("^1.2.3")), "none");
    refused(&package("npm", "--call=id", Some("1.2.3")), "none");
    refused(&package("npm", "x y", Some("1.2.3")), "none");
    refused(&package("pypi", "x", Some("latest")), "no exact version");
    refused(&package("oci", "docker.io/a/b", None), "no exact version");
    refused(
        &package("oci", "docker.io/a/b:latest", None),
        "no exact version",
    );
    let mut elsewhere = package("npm", "x", Some("1.2.3"));
    elsewhere["packages"][0]["registryBaseUrl"] = "https://npm.evil.example".into();
    refused(&elsewhere, "another registry");
    let mut by_another = package("npm", "x", Some("1.2.3"));
    by_another["packages"][0]["runtimeHint"] = "bash".into();
    refused(&by_another, "\"bash\"");
    refused(
        &json!({"remotes": [{"type": "streamable-http", "url": "http://a.example.com"}]}),
        "not https",
    );
    refused(
        &json!({"remotes": [{"type": "websocket", "url": "https://a.example.com"}]}),
        "not spoken",
    );
}

#[test]
fn a_registry_cannot_have_our_variables_sent() {
    refused(
        &json!({"remotes": [{"type": "sse", "url": "https://a.example.com/${AWS_SECRET_ACCESS_KEY}"}]}),
        "of this machine",
    );
    refused(
        &json!({"packages": [{"registryType": "npm", "identifier": "x", "version": "1.2.3",
            "packageArguments": [{"type": "positional", "default": "${HOME}"}]}]}),
        "of this machine",
    );
    for (text, a) in [
        ("${HOME}", ""),
        ("${a}", "{HOME}"),
        ("$${a}", "{HOME}"),
        ("{a}{HOME}", "$"),
    ] {
        let header = json!({"name": "X", "value": text, "variables": {"a": {"value": a}}});
        let halves = json!({"remotes": [{"type": "sse", "url": "https://a.example.com", "headers": [header]}]});
        refused(&halves, "of this machine");
    }
}
