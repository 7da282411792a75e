//! `mesh verify` against the real server, and against the real server behind a proxy that lies in one way at a time.

mod behind;
mod lies;

use std::process::Command;
use std::sync::Mutex;
use std::thread;

use serde_json::Value;

use crate::support::liar;
use crate::support::server::Server;
use crate::support::{Ran, corpus, mesh, ran, run, text};

use lies::{LIES, Row};

const TOKEN: &str = "a-token-of-the-tests";
const DIGEST: &str = "c7355b9788d3036817b4b9118e71116224521da29885b160eb8451377c47b377";

/// The real server, for those who have the token.
fn honest(corpus: &std::path::Path) -> Server {
    served(corpus, &[("MESH_BEARER_SHA256", DIGEST)])
}

fn served(corpus: &std::path::Path, variables: &[(&str, &str)]) -> Server {
    // Nobody reads its log, and a pipe holds only so much of it. Of a hundred liars all ask as one caller.
    let own = [("MESH_LOG", "error"), ("MESH_LIMITS", "off")];
    let variables = [&own, variables].concat();
    Server::start(&["--corpus", text(corpus)], &variables)
}

fn verify(arguments: &[&str]) -> Ran {
    let mut command = mesh(&["verify", "--no-aws", "--json", "--timeout", "60"]);
    command.args(arguments).env("MESH_BEARER", TOKEN);
    ran(command.output().expect("the command starts"))
}

fn checks(verified: &Ran) -> Vec<(String, String, String)> {
    let report: Value = serde_json::from_str(&verified.stdout).expect("a report");
    let checks = report["checks"].as_array().expect("checks").iter();
    let field = |check: &Value, name: &str| check[name].as_str().expect("a text").to_owned();
    checks
        .map(|check| ["name", "verdict", "detail"].map(|name| field(check, name)))
        .map(|[name, verdict, detail]| (name, verdict, detail))
        .collect()
}

/// Verdict and detail of one check.
fn check(verified: &Ran, name: &str) -> (String, String) {
    let found = checks(verified).into_iter().find(|check| check.0 == name);
    let (_, verdict, detail) = found.unwrap_or_else(|| panic!("no check `{name}`: {verified:?}"));
    (verdict, detail)
}

/// The checks that are not well, but for the latency: that of a machine at work says nothing of the server.
fn unwell(verified: &Ran) -> Vec<(String, String, String)> {
    let is_unwell = |check: &(String, String, String)| {
        !["ok", "skipped"].contains(&check.1.as_str()) && check.0 != "latency"
    };
    checks(verified).into_iter().filter(is_unwell).collect()
}

fn assert_passed(verified: &Ran) {
    assert_eq!(unwell(verified), []);
    let is_slow = check(verified, "latency").0 == "warn";
    assert_eq!(verified.code, if is_slow { 3 } else { 0 }, "{verified:?}");
}

/// Why a liar was not found out as it should have been.
fn missed(honest: &str, row: &Row) -> Option<String> {
    let url = liar::before(honest, TOKEN, row.lie);
    let verified = verify(&[&url]);
    let (verdict, detail) = check(&verified, row.check);
    let is_caught = verified.code == 1 && verdict == "fail" && detail.contains(row.words);
    (!is_caught).then(|| {
        let unwell = unwell(&verified);
        format!(
            "{}: exit {}, {}: {verdict}: {detail}\n    {unwell:?}",
            row.lie_told, verified.code, row.check
        )
    })
}

#[test]
fn no_liar_passes_and_each_is_told_what_is_wrong() {
    let folder = corpus();
    let server = honest(&folder.path().join("corpus"));
    let rows = Mutex::new(LIES.iter());
    let missed_rows = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(row) = rows.lock().expect("no panic").next() else {
                        break;
                    };
                    let missed = missed(&server.url, row);
                    missed_rows.lock().expect("no panic").extend(missed);
                }
            });
        }
    });
    let missed_rows = missed_rows.into_inner().expect("no panic");
    assert!(
        missed_rows.is_empty(),
        "{} of {} were believed:\n{}",
        missed_rows.len(),
        LIES.len(),
        missed_rows.join("\n")
    );
}

#[test]
fn an_honest_server_passes_and_so_does_one_behind_a_proxy_that_alters_nothing() {
    let folder = corpus();
    let server = honest(&folder.path().join("corpus"));
    let proxy = liar::before(&server.url, TOKEN, lies::NONE);
    for url in [&server.url, &proxy] {
        let verified = verify(&[url]);
        assert_passed(&verified);
        assert!(
            check(&verified, "question").1.contains("Masters"),
            "{verified:?}"
        );
    }
}

#[test]
fn without_credentials_the_account_is_skipped_for_want_of_them() {
    let folder = corpus();
    let server = honest(&folder.path().join("corpus"));
    let mut command = mesh(&["verify", "--json", "--region", "us-east-2", &server.url]);
    command.env("MESH_BEARER", TOKEN);
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    let verified = ran(command.output().expect("the command starts"));
    let told = ("skipped".to_owned(), "no credentials were found".to_owned());
    assert_eq!(check(&verified, "alarms"), told, "{verified:?}");
}

/// Every kind of thing by itself is asked for by what the corpus has of it.
#[test]
fn each_kind_of_corpus_is_asked_for_something_of_its_own() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let source = |name: &str| format!("{examples}/{name}");
    let history = history();
    for (flag, path) in [
        ("--knowledge", source("knowledge")),
        ("--tickets", source("tickets.csv")),
        ("--mail", source("mail")),
        ("--git", text(history.path()).to_owned()),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let indexed = run(&["index", "--corpus", text(folder.path()), flag, &path]);
        assert_eq!(indexed.code, 0, "{indexed:?}");
        let server = honest(folder.path());
        let verified = verify(&[&server.url]);
        assert_passed(&verified);
        assert_eq!(check(&verified, "question").0, "ok", "{verified:?}");
    }
}

/// A repository with one commit.
fn history() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder.path()).args(arguments);
        let named = ["GIT_AUTHOR", "GIT_COMMITTER"];
        for (name, value) in [("NAME", "Ann"), ("EMAIL", "ann@example.com")] {
            command.envs(named.map(|who| (format!("{who}_{name}"), value)));
        }
        let ran = command.output().expect("git starts");
        assert!(ran.status.success(), "{ran:?}");
    };
    git(&["init", "--quiet"]);
    let message = "Approve masters within two days";
    git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    folder
}

#[test]
fn source_code_alone_has_no_titles_so_that_the_question_must_be_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, corpus) = (folder.path().join("code"), folder.path().join("corpus"));
    std::fs::create_dir(&code).expect("a folder");
    std::fs::write(
        code.join("release.rs"),
        "fn approve_master() -> bool {\n    true\n}\n",
    )
    .expect("a file");
    let indexed = run(&["index", "--corpus", text(&corpus), "--code", text(&code)]);
    assert_eq!(indexed.code, 0, "{indexed:?}");
    let server = honest(&corpus);
    let unasked = verify(&[&server.url]);
    assert_eq!(
        (unasked.code, check(&unasked, "question").0.as_str()),
        (3, "warn"),
        "{unasked:?}"
    );
    assert!(check(&unasked, "question").1.contains("--expect-found"));
    let asked = verify(&[&server.url, "--expect-found", "approve master"]);
    assert_passed(&asked);
}

#[test]
fn a_server_with_an_empty_corpus_does_not_pass() {
    let folder = corpus();
    let (docs, corpus) = (folder.path().join("docs"), folder.path().join("corpus"));
    let emptied = run(&["index", "--corpus", text(&corpus), "--forget", text(&docs)]);
    assert_eq!(emptied.code, 0, "{emptied:?}");
    let server = honest(&corpus);
    let verified = verify(&[&server.url]);
    assert_eq!(verified.code, 1);
    let (verdict, detail) = check(&verified, "corpus");
    assert_eq!(verdict, "fail");
    assert!(detail.contains("empty"), "{detail}");
}

#[test]
fn what_was_deployed_is_compared_with_what_answers() {
    let folder = corpus();
    let server = honest(&folder.path().join("corpus"));
    let verified = verify(&[&server.url]);
    let (_, detail) = check(&verified, "corpus");
    let fingerprint = detail
        .split_whitespace()
        .next()
        .expect("a word")
        .trim_end_matches([':', ',', ';']);
    let version = env!("CARGO_PKG_VERSION");
    let right = verify(&[
        &server.url,
        "--expect-version",
        version,
        "--expect-corpus",
        fingerprint,
        "--expect-name",
        "aoma-mesh-mcp",
        "--expect-found",
        "who approves a master?",
        "--expect-found",
        "masters",
    ]);
    assert_passed(&right);
    for (flag, value, name, words) in [
        ("--expect-version", "9.9.9", "server", "9.9.9"),
        ("--expect-name", "another", "server", "another"),
        (
            "--expect-corpus",
            "0123456789abcdef",
            "corpus",
            "0123456789abcdef",
        ),
        (
            "--expect-found",
            "how are penguins fed in winter",
            "question",
            "penguins",
        ),
    ] {
        let wrong = verify(&[&server.url, flag, value]);
        let (verdict, detail) = check(&wrong, name);
        assert_eq!(
            (wrong.code, verdict.as_str()),
            (1, "fail"),
            "{flag}: {wrong:?}"
        );
        assert!(detail.contains(words), "{detail}");
        assert_eq!(unwell(&wrong).len(), 1, "{flag}: {wrong:?}");
    }
}

#[test]
fn a_token_for_a_server_that_wants_none_is_a_failure() {
    let folder = corpus();
    let server = served(&folder.path().join("corpus"), &[]);
    let verified = verify(&[&server.url]);
    assert_eq!(verified.code, 1);
    for name in ["unsigned refused", "wrong token refused"] {
        assert_eq!(check(&verified, name).0, "fail", "{name}: {verified:?}");
    }
}
