use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{Ran, run, text};

/// A registry on loopback that speaks version 0.1 of the API.
struct Registry {
    address: String,
}

impl Registry {
    fn start() -> Self {
        let page = include_str!("../../../mesh-gateway/tests/files/registry.json");
        let page: Value = serde_json::from_str(page).expect("JSON");
        let servers = page["servers"].as_array().expect("a list").clone();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
                let first = lines.next().unwrap_or_default();
                lines.take_while(|line| !line.is_empty()).for_each(drop);
                let path = first.split(' ').nth(1).unwrap_or_default();
                let (status, body) = match answer(&servers, path) {
                    Some(body) => ("200 OK", body.to_string()),
                    None => ("404 Not Found", json!({"title": "Not Found"}).to_string()),
                };
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
                );
                // Whoever asked may have left.
                let _ = (&stream).write_all(format!("{head}{body}").as_bytes());
            }
        });
        Self { address }
    }
}

fn answer(servers: &[Value], path: &str) -> Option<Value> {
    let path = path.replace("%2E", ".").replace("%2D", "-");
    if let Some(query) = path.strip_prefix("/v0.1/servers?") {
        let search = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("search="))?;
        let search = search.replace("%2F", "/");
        let found = servers.iter().filter(|found| name(found).contains(&search));
        return Some(json!({"servers": found.collect::<Vec<_>>(), "metadata": {}}));
    }
    let rest = path.strip_prefix("/v0.1/servers/")?;
    let (wanted, version) = rest.split_once("/versions/")?;
    let wanted = wanted.replace("%2F", "/");
    let found = servers.iter().find(|found| name(found) == wanted)?;
    (version == "latest" || found["server"]["version"] == version).then(|| found.clone())
}

fn name(found: &Value) -> &str {
    found["server"]["name"].as_str().expect("a name")
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("mcp.json")
    }

    fn add(&self, registry: &Registry, arguments: &[&str]) -> Ran {
        let file = self.file();
        let to = ["--file", text(&file), "--registry", &registry.address];
        run(&[&["upstream", "add"], arguments, &to].concat())
    }

    fn servers(&self) -> Value {
        let text = std::fs::read_to_string(self.file()).expect("a file");
        serde_json::from_str::<Value>(&text).expect("JSON")["mcpServers"].clone()
    }
}

#[test]
fn a_server_is_written_into_the_file_in_one_version() {
    let (registry, folder) = (Registry::start(), Folder::new());
    let added = folder.add(&registry, &["io.github.example/brave-search"]);
    assert_eq!(added.code, 0, "{added:?}");
    assert!(
        added
            .stdout
            .starts_with("brave-search: io.github.example/brave-search 1.0.2, in "),
        "{added:?}"
    );
    assert!(
        added
            .stdout
            .contains("  set `BRAVE_API_KEY`: Brave Search API Key\n"),
        "{added:?}"
    );
    let again = folder.add(
        &registry,
        &[
            "io.github.example/filesystem",
            "--as",
            "files",
            "--from",
            "oci",
            "--version",
            "1.0.2",
        ],
    );
    assert_eq!(again.code, 0, "{again:?}");
    let servers = folder.servers();
    assert_eq!(
        servers["brave-search"]["args"],
        json!(["-y", "@example/server-brave-search@1.0.2"])
    );
    assert_eq!(servers["files"]["command"], "docker");
    let file = folder.file();
    let listed = run(&["upstream", "list", "--upstreams", text(&file)]);
    assert_eq!(
        (listed.code, listed.stdout.lines().count()),
        (0, 2),
        "{listed:?}"
    );
    let deprecated = folder.add(&registry, &["io.github.example/weather-mcp"]);
    assert_eq!(deprecated.code, 3, "{deprecated:?}");
    assert!(deprecated.stderr.contains("deprecated"), "{deprecated:?}");
}

#[test]
fn what_cannot_be_added_leaves_the_file_as_it_was() {
    let (registry, folder) = (Registry::start(), Folder::new());
    let text = "{\n  // ours\n  \"mcpServers\": { \"brave-search\": { \"command\": \"b\" } }\n}\n";
    std::fs::write(folder.file(), text).expect("written");
    for (arguments, why) in [
        (
            vec!["brave"],
            "no server is called `brave`; these are like it:\n  io.github.example/brave-search",
        ),
        (vec!["nothing"], "no server is called `nothing`"),
        (
            vec!["io.github.example/brave-search"],
            "a server is called `brave-search` there already",
        ),
        (
            vec!["io.github.example/brave-search", "--version", "9.9.9"],
            "`io.github.example/brave-search` has no version 9.9.9",
        ),
        (
            vec!["io.github.example/brave-search", "--as", "servers"],
            "this name is taken",
        ),
        (vec!["io.github.example/bundle"], "it has mcpb"),
    ] {
        let refused = folder.add(&registry, &arguments);
        assert_eq!(refused.code, 1, "{refused:?}");
        assert!(refused.stderr.contains(why), "{refused:?}");
        assert_eq!(std::fs::read_to_string(folder.file()).expect("read"), text);
    }
    let file = folder.file();
    let clear = run(&[
        "upstream",
        "add",
        "a/b",
        "--file",
        self::text(&file),
        "--registry",
        "http://registry.example.com",
    ]);
    assert_eq!(clear.code, 64, "{clear:?}");
    assert!(clear.stderr.contains("it is not encrypted"), "{clear:?}");
}
