use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mesh_fakes::openai::FakeOpenAi;
use mesh_fakes::postgrest::PostgRest;
use serde_json::{Map, Value};

use super::{Ran, mesh, ran, run, text};

pub(crate) const OPENAI_KEY: &str = "sk-fake-0123456789-of-openai";
pub(crate) const SUPABASE_KEY: &str = "sb_secret_0123456789_of_supabase";
pub(crate) const STORE: &str = "vs_documents";

/// A corpus, and the vendors to push it to.
pub(crate) struct Vendors {
    pub(crate) database: PostgRest,
    pub(crate) openai: FakeOpenAi,
    home: tempfile::TempDir,
}

impl Vendors {
    /// Three documents, two tickets, a source file and a message.
    pub(crate) async fn start() -> Self {
        let database = PostgRest::start().await;
        for (table, key) in [
            ("aoma_vectors", &["source_type", "source_id"][..]),
            ("jira_tickets", &["external_id"]),
            ("git_commits", &["repository_name", "commit_hash"]),
            ("code_files", &["repository_name", "file_path"]),
            ("emails", &["message_id"]),
        ] {
            database.table(table, key);
        }
        let openai = FakeOpenAi::start().await;
        openai.accept_key(OPENAI_KEY);
        openai.add_store(STORE);
        let home = tempfile::tempdir().expect("a folder");
        let vendors = Self {
            database,
            openai,
            home,
        };
        for (path, content) in [
            (
                "docs/masters.md",
                "# Masters\n\nA master is approved by the release desk.\n",
            ),
            (
                "docs/refunds.md",
                "# Refunds\n\nA refund takes five days.\n",
            ),
            ("docs/logins.md", "# Logins\n\nA login lasts eight hours.\n"),
            (
                "src/deadline.rs",
                "/// What is left.\npub fn remaining() -> u32 {\n    7\n}\n",
            ),
            (
                "tickets.csv",
                "Issue key,Summary,Status,Priority,Description\nAOMA-1,Login fails,Open,High,It says E_4711.\nAOMA-2,Slow search,Done,Low,\n",
            ),
            (
                "mail/one.eml",
                "Message-ID: <one@example.com>\r\nFrom: Ann Lee <ann@example.com>\r\nTo: Bob <bob@example.com>\r\n\
                 Subject: Crane\r\nDate: Wed, 1 May 2024 10:00:00 +0000\r\n\r\nIt stands.\r\n",
            ),
        ] {
            vendors.write(path, content);
        }
        vendors.index(&["docs", "src", "tickets.csv", "mail"]);
        vendors
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.home.path().join(below)
    }

    pub(crate) fn write(&self, below: &str, content: &str) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    /// Reads these sources into the corpus, and what it has read before anew.
    pub(crate) fn index(&self, sources: &[&str]) {
        let corpus = self.path("corpus");
        let mut arguments = vec![
            "index".to_owned(),
            "--corpus".to_owned(),
            text(&corpus).to_owned(),
        ];
        for source in sources {
            let flag = match *source {
                "docs" => "--knowledge",
                "src" => "--code",
                "mail" => "--mail",
                _ => "--tickets",
            };
            arguments.extend([flag.to_owned(), text(&self.path(source)).to_owned()]);
        }
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let indexed = run(&arguments);
        assert_eq!(indexed.code, 0, "{indexed:?}");
    }

    pub(crate) fn remove(&self, below: &str) {
        fs::remove_file(self.path(below)).expect("it is there");
    }

    /// `mesh sync` with these arguments, ready to start.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let corpus: &Path = &self.path("corpus");
        let mut command = mesh(&[&["sync", "--corpus", text(corpus)], arguments].concat());
        command.envs([
            ("MESH_SECRETS", "env"),
            ("MESH_OPENAI_URL", &self.openai.base()),
            ("OPENAI_API_KEY", OPENAI_KEY),
            ("OPENAI_VECTOR_STORE_ID", STORE),
            ("NEXT_PUBLIC_SUPABASE_URL", self.database.url()),
            ("SUPABASE_SERVICE_ROLE_KEY", SUPABASE_KEY),
        ]);
        command
    }

    pub(crate) fn sync(&self, arguments: &[&str]) -> Ran {
        let ran = ran(self.command(arguments).output().expect("it starts"));
        for secret in [OPENAI_KEY, SUPABASE_KEY] {
            assert!(!format!("{ran:?}").contains(secret), "a key is told");
        }
        ran
    }

    /// A run that ends well, and what it tells of itself.
    pub(crate) fn synced(&self, arguments: &[&str]) -> Value {
        let ran = self.sync(&[&["--json"], arguments].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        serde_json::from_str(&ran.stdout).expect("JSON")
    }

    /// All texts that were to be embedded, call by call.
    pub(crate) fn embedded(&self) -> Vec<Vec<String>> {
        let requests = self.openai.requests().into_iter();
        let calls = requests.filter(|request| request.path.ends_with("/embeddings"));
        let texts = calls.map(|call| {
            let inputs = call.json()["input"].take();
            serde_json::from_value(inputs).expect("texts")
        });
        texts.collect()
    }

    /// How many requests have changed something in the database.
    pub(crate) fn writes(&self) -> usize {
        let requests = self.database.requests();
        requests.iter().filter(|asked| asked.is_write()).count()
    }

    pub(crate) fn row(&self, table: &str, column: &str, value: &str) -> Map<String, Value> {
        let rows = self.database.rows(table);
        let row = rows.into_iter().find(|row| row[column] == value);
        row.unwrap_or_else(|| panic!("no row of {value} in {table}"))
    }
}
