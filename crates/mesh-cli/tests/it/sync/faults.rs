//! A run that meets a fault, or ends in its middle.

use std::time::{Duration, Instant};

use mesh_fakes::openai::{Behaviour, Operation};
use mesh_fakes::postgrest::Answer;

use crate::support::vendors::Vendors;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_broke_off_is_gone_on_with_where_it_ended() {
    let vendors = Vendors::start().await;
    let broken = Answer::text(200, "application/json", "[").cut_off();
    vendors.database.after_writes(1, broken);
    let ran = vendors.sync(&["--to", "database"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr.contains("Supabase: the database is not reached"),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("; trying again in "), "{ran:?}");
    assert_eq!(vendors.database.rows("aoma_vectors").len(), 3);
    let calls = vendors.embedded().len();
    vendors.database.take_writes();
    let told = vendors.synced(&["--to", "database"]);
    assert_eq!(told["database"]["knowledge"]["unchanged"], 3);
    assert_eq!(told["database"]["ticket"]["added"], 2);
    let again: Vec<String> = vendors.embedded()[calls..].concat();
    assert_eq!(again.len(), 4);
    assert!(
        !again.iter().any(|text| text.contains("refund")),
        "{again:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_is_asked_for_is_made() {
    let vendors = Vendors::start().await;
    let busy = Behaviour::RateLimited { retry_after_s: 1 };
    vendors.openai.next(Operation::Embed, busy);
    let started = Instant::now();
    vendors.synced(&["--to", "database"]);
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert_eq!(vendors.database.rows("aoma_vectors").len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_refused_is_made_in_smaller_ones() {
    let vendors = Vendors::start().await;
    vendors
        .openai
        .next(Operation::Embed, Behaviour::Status(400));
    vendors.synced(&["--to", "database"]);
    let sizes: Vec<usize> = vendors.embedded().iter().map(Vec::len).collect();
    assert_eq!(sizes[..3], [3, 1, 2]);
    for passage in vendors.database.rows("aoma_vectors") {
        let content = passage["content"].as_str().expect("a text");
        let title = passage["metadata"]["title"].as_str().expect("a title");
        let vector = mesh_fakes::openai::embed(&format!("{title}\n\n{content}"), 1_536);
        let sent: Vec<f32> = serde_json::from_str(passage["embedding"].as_str().expect("a vector"))
            .expect("numbers");
        assert_eq!(sent, vector, "{title}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_refused_costs_no_other() {
    let vendors = Vendors::start().await;
    vendors.database.refuse(
        "jira_tickets",
        "external_id",
        "AOMA-2",
        ("22001", "value\u{1b}[2J too long"),
    );
    let ran = vendors.sync(&["--to", "database"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    let told = "refused 1:\n  ticket AOMA-2: the database refuses the request: 22001 value\u{fffd}[2J too long\n";
    assert!(ran.stdout.contains(told), "{ran:?}");
    assert_eq!(vendors.database.rows("jira_tickets").len(), 1);
    assert_eq!(vendors.database.rows("emails").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_ends_the_run_at_once() {
    let vendors = Vendors::start().await;
    vendors.openai.accept_key("sk-another-0123456789-key");
    let ran = vendors.sync(&["--to", "database"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr.contains("error: OpenAI: the key is refused"),
        "{ran:?}"
    );
    assert_eq!((vendors.embedded().len(), vendors.writes()), (1, 0));
}

#[cfg(unix)]
mod interrupted {
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::process::{Command, Stdio};

    use super::*;
    use crate::support::vendors::STORE;

    /// Interrupts a run once it has told this, and gives what it told then; it has to end as an interrupted one.
    fn interrupted(
        vendors: &Vendors,
        arguments: &[&str],
        told: &str,
        is_there: impl Fn() -> bool,
    ) -> String {
        let mut command = vendors.command(arguments);
        command.stderr(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn().expect("the command starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut line = String::new();
        while !line.starts_with(told) {
            line.clear();
            let length = stderr.read_line(&mut line).expect("UTF-8");
            assert_ne!(length, 0, "it has ended");
        }
        while !is_there() {
            std::thread::yield_now();
        }
        let sent = Command::new("kill")
            .args(["-s", "INT", &child.id().to_string()])
            .status();
        assert!(sent.expect("`kill` starts").success());
        let mut rest = String::new();
        stderr.read_to_string(&mut rest).expect("UTF-8");
        assert_eq!(child.wait().expect("an end").code(), Some(130), "{rest}");
        rest
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn while_texts_are_embedded_it_ends_at_once() {
        let vendors = Vendors::start().await;
        let stall = Behaviour::Stall(Duration::from_secs(30));
        vendors.openai.next(Operation::Embed, stall);
        let started = Instant::now();
        let rest = interrupted(
            &vendors,
            &["--to", "database"],
            "writing 3 rows to `aoma_vectors`",
            || !vendors.embedded().is_empty(),
        );
        assert!(started.elapsed() < Duration::from_secs(20));
        assert_eq!(
            rest,
            "interrupted: what was sent stays; the same command goes on\n"
        );
        assert_eq!(vendors.writes(), 0);
        vendors.synced(&["--to", "database"]);
    }

    fn requests(vendors: &Vendors, path: &str) -> usize {
        let requests = vendors.openai.requests();
        requests
            .iter()
            .filter(|asked| asked.method == "POST" && asked.path.ends_with(path))
            .count()
    }

    /// A run that is killed when all is uploaded and nothing attached.
    async fn killed(vendors: &Vendors) {
        let stall = Behaviour::Stall(Duration::from_secs(30));
        vendors.openai.next(Operation::AttachFiles, stall);
        let mut command = vendors.command(&["--to", "vector-store"]);
        command.stderr(Stdio::null()).stdout(Stdio::null());
        let mut child = command.spawn().expect("the command starts");
        while requests(vendors, "/file_batches") == 0 {
            assert_eq!(child.try_wait().expect("a child"), None, "it has ended");
            tokio::task::yield_now().await;
        }
        child.kill().expect("it runs");
        child.wait().expect("an end");
        assert!(vendors.openai.files(STORE).is_empty());
        assert_eq!(vendors.openai.uploaded().len(), 3);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_a_killed_run_had_uploaded_is_attached_by_the_next() {
        let vendors = Vendors::start().await;
        killed(&vendors).await;
        let dry = vendors.sync(&["--dry-run", "--to", "vector-store"]);
        let told = "vector store, documents: 3 added, 0 changed, 0 removed, 0 unchanged, 3 left by a run that was killed\n";
        assert!(dry.stdout.contains(told), "{dry:?}");
        let told = vendors.synced(&["--to", "vector-store"]);
        assert_eq!(told["vector_store"]["leftover"], 3);
        assert_eq!(
            requests(&vendors, "/v1/files"),
            3,
            "nothing is uploaded again"
        );
        assert_eq!(vendors.openai.files(STORE).len(), 3);
        assert_eq!(vendors.openai.uploaded().len(), 3);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_a_killed_run_had_uploaded_and_nobody_wants_is_deleted_in_time() {
        let vendors = Vendors::start().await;
        killed(&vendors).await;
        let others = ["notes.md", "notes.mesh-00000000-0123456789abcdef.md"];
        for name in others {
            vendors.openai.upload(name, "Of others.");
        }
        vendors.write("docs/refunds.md", "# Refunds\n\nA refund takes six days.\n");
        vendors.remove("docs/logins.md");
        vendors.index(&[]);
        let names = |vendors: &Vendors| {
            let names = vendors.openai.uploaded().into_iter();
            let names = names.map(|name| name.split('.').next().unwrap_or_default().to_owned());
            names.collect::<Vec<_>>()
        };
        vendors.synced(&["--to", "vector-store"]);
        let young = ["logins", "masters", "notes", "notes", "refunds", "refunds"];
        assert_eq!(
            names(&vendors),
            young,
            "another run may be about to attach them"
        );
        vendors.openai.let_files_age(Duration::from_secs(2 * 3_600));
        let told = vendors.synced(&["--to", "vector-store"]);
        assert_eq!(told["vector_store"]["leftover"], 2);
        assert_eq!(names(&vendors), ["masters", "notes", "notes", "refunds"]);
        assert_eq!(vendors.openai.files(STORE).len(), 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn while_documents_are_uploaded_they_are_attached_first() {
        let vendors = Vendors::start().await;
        let slow = Behaviour::Stall(Duration::from_secs(2));
        vendors.openai.next(Operation::Upload, slow);
        let uploads = || {
            let requests = vendors.openai.requests();
            requests
                .iter()
                .filter(|asked| asked.path == "/v1/files")
                .count()
        };
        let rest = interrupted(
            &vendors,
            &["--to", "vector-store"],
            "uploading 3 documents",
            || uploads() == 3,
        );
        assert!(
            rest.starts_with("what was uploaded is being attached; Ctrl-C again ends it now\n"),
            "{rest}"
        );
        assert_eq!(vendors.openai.files(STORE).len(), 3);
        let told = vendors.synced(&["--to", "vector-store"]);
        assert_eq!(told["vector_store"]["unchanged"], 3);
    }
}
