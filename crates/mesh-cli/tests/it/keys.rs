use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::server::Server;
use crate::support::{Ran, mesh, ran, text};

/// A file of secrets, in a folder that goes with the value.
struct Secrets {
    _folder: tempfile::TempDir,
    file: PathBuf,
}

impl Secrets {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secrets.env");
        std::fs::write(&file, "OPENAI_API_KEY=sk-test-0123456789abcdef\n").expect("written");
        Self {
            _folder: folder,
            file,
        }
    }

    fn variables(&self) -> [(&str, &str); 5] {
        [
            ("MESH_SECRETS", "env"),
            ("MESH_SECRETS_FILE", text(&self.file)),
            ("MESH_KEYS", "on"),
            ("MESH_OPENAI_URL", "http://127.0.0.1:9/v1"),
            ("MESH_SYNTHESIS", "off"),
        ]
    }

    fn keys(&self, arguments: &[&str]) -> Ran {
        let mut command = mesh(&[&["keys"], arguments].concat());
        ran(command.envs(self.variables()).output().expect("starts"))
    }

    fn create(&self, name: &str) -> String {
        let created = self.keys(&["create", name]);
        assert_eq!(created.code, 0, "{created:?}");
        created.stdout.trim().to_owned()
    }
}

fn call(url: &str, key: &str) -> Ran {
    let mut command = mesh(&["call", &format!("{url}/rpc"), "get_system_health"]);
    ran(command.env("MESH_BEARER", key).output().expect("starts"))
}

#[test]
fn a_key_opens_the_server_until_it_is_revoked() {
    let secrets = Secrets::new();
    let first = secrets.create("ci");
    let server = Server::start(&[], &secrets.variables());
    assert_eq!(call(&server.url, &first).code, 0);
    let mut wrong = first.clone();
    wrong.pop();
    wrong.push('x');
    let refused = call(&server.url, &wrong);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("does not accept"), "{refused:?}");
    assert!(!refused.stderr.contains(&wrong[16..]), "{refused:?}");
}

#[test]
fn a_new_key_is_taken_at_once_by_a_server_that_has_read_the_old_ones() {
    let secrets = Secrets::new();
    let old = secrets.create("ci");
    let server = Server::start(&[], &secrets.variables());
    assert_eq!(call(&server.url, &old).code, 0);
    let listed: Value =
        serde_json::from_str(&secrets.keys(&["list", "--json"]).stdout).expect("JSON");
    let id = listed["keys"][0]["id"].as_str().expect("an identifier");
    let new = secrets.create("ci");
    assert_eq!(secrets.keys(&["revoke", id]).code, 0);
    assert_eq!(call(&server.url, &new).code, 0);
    assert_eq!(
        call(&server.url, &old).code,
        1,
        "it was read with the new one"
    );
}

#[test]
fn nothing_that_is_kept_or_listed_is_a_key() {
    let secrets = Secrets::new();
    let key = secrets.create("ci");
    let secret = &key[key.len() - 64..];
    let kept = read(&secrets.file);
    assert!(kept.starts_with("OPENAI_API_KEY=sk-test-0123456789abcdef\nMESH_API_KEYS=ci/"));
    let listed = secrets.keys(&["list"]).stdout;
    assert!(listed.contains(&format!("…{}", &secret[60..])), "{listed}");
    for text in [kept, listed] {
        assert!(!text.contains(&secret[..60]), "{text}");
    }
}

#[test]
fn keys_made_at_the_same_time_are_all_kept() {
    let secrets = Secrets::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| secrets.create("ci"));
        }
    });
    assert_eq!(secrets.keys(&["list"]).stdout.lines().count(), 8);
}

#[test]
fn of_several_lines_the_one_is_changed_that_a_server_reads() {
    let secrets = Secrets::new();
    let (mut keys, mut lines) = (Vec::new(), Vec::new());
    for name in ["shadowed", "alpha"] {
        std::fs::write(&secrets.file, "").expect("written");
        keys.push(secrets.create(name));
        lines.push(read(&secrets.file));
    }
    let text = format!("MESH_API_KEYS=\n{}MESH_API_KEYS=\n", lines.concat());
    std::fs::write(&secrets.file, text).expect("written");
    let names = || {
        let listed = secrets.keys(&["list"]).stdout;
        let names = listed
            .lines()
            .map(|line| line.split_whitespace().next().map(str::to_owned));
        names.collect::<Option<Vec<_>>>().expect("names")
    };
    assert_eq!(names(), ["alpha"]);
    keys.push(secrets.create("beta"));
    assert_eq!(names(), ["alpha", "beta"]);
    assert_eq!(read(&secrets.file).lines().count(), 1);
    let server = Server::start(&[], &secrets.variables());
    let codes: Vec<_> = keys.iter().map(|key| call(&server.url, key).code).collect();
    assert_eq!(codes, [1, 0, 0]);
}

#[test]
fn a_key_that_nobody_could_read_is_no_success() {
    let secrets = Secrets::new();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = mesh(&["keys", "create", "ci"]);
    command.envs(secrets.variables()).stdout(writer);
    let created = ran(command.output().expect("starts"));
    assert_eq!(created.code, 1, "{created:?}");
    let told = "revoke it by its identifier, which `mesh keys list` shows";
    assert!(created.stderr.contains(told), "{created:?}");
}

#[test]
fn without_an_account_the_file_is_named() {
    let listed = ran(mesh(&["keys", "list"]).output().expect("starts"));
    assert_eq!(listed.code, 1);
    let told = "set `MESH_SECRETS=env` and `MESH_SECRETS_FILE`";
    assert!(listed.stderr.contains(told), "{listed:?}");
}

#[test]
fn what_cannot_be_done_is_told() {
    let secrets = Secrets::new();
    let named = secrets.keys(&["create", "Two Words"]);
    assert_eq!(named.code, 64);
    assert_eq!(
        named.stderr,
        "error: a key's name is 1 to 32 of a-z, 0-9 and `-`\n"
    );
    let gone = secrets.keys(&["revoke", "ci"]);
    assert_eq!(gone.code, 1);
    assert!(
        gone.stderr.contains("`mesh keys list` shows them"),
        "{gone:?}"
    );
    std::fs::write(&secrets.file, "MESH_API_KEYS=ci/broken\n").expect("written");
    let broken = secrets.keys(&["create", "ci"]);
    assert_eq!(broken.code, 1);
    assert_eq!(read(&secrets.file), "MESH_API_KEYS=ci/broken\n");
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file")
}

#[test]
fn a_file_that_is_made_later_is_read_without_a_restart_and_missed_in_the_log_once() {
    let secrets = Secrets::new();
    std::fs::remove_file(&secrets.file).expect("removed");
    let mut variables = secrets.variables().to_vec();
    variables.push(("MESH_LOG", "info,mesh_tools=debug"));
    let server = Server::start(&[], &variables);
    let told = server.line_with("the secrets still cannot be read");
    assert!(told.contains("there is no file"), "{told}");
    assert!(told.contains("mesh keys create NAME"), "{told}");
    let key = secrets.create("ci");
    // The file is left alone for a second and then for two, as any source that failed.
    let until = Instant::now() + Duration::from_secs(30);
    while call(&server.url, &key).code != 0 {
        assert!(Instant::now() < until, "the key opens nothing");
    }
    server.signal("TERM");
    let (_, rest) = server.ended();
    assert!(!rest.contains("the secrets could not be read"), "{rest}");
}
