//! What the company has written down.

use std::collections::BTreeMap;

use mesh_index::{CodePassage, Commit, Mail, Passage, Record, Ticket};
use sha2::{Digest as _, Sha256};

#[derive(Default)]
pub(crate) struct Records(Vec<Record>);

impl Records {
    pub(crate) fn company() -> Self {
        Self::default()
            .knowledge()
            .tickets()
            .commits()
            .code()
            .mail()
    }

    pub(crate) fn knowledge(self) -> Self {
        self.passage(
            "docs/refunds.md",
            Some("late-returns"),
            ("Refund policy", &["Late returns"]),
            "A parcel that comes back after thirty days is refunded as a voucher. The warehouse manager signs each voucher.",
        )
        .passage(
            "docs/refunds.md",
            Some("damaged-goods"),
            ("Refund policy", &["Damaged goods"]),
            "Damaged goods are refunded in full within five days. A photograph of the damage is attached to the case.",
        )
        .passage(
            "docs/deploy.md",
            Some("rollback"),
            ("Deployment guide", &["Rollback"]),
            "To roll back a release, point the alias at the previous version and watch the error rate for ten minutes.",
        )
        .passage(
            "notes/warehouse.txt",
            None,
            ("warehouse.txt", &[]),
            "The warehouse opens at six. Forklift keys hang beside the loading dock.",
        )
        .passage(
            "books/safety.pdf",
            None,
            ("Safety handbook", &[]),
            "Helmets are worn wherever a crane is moving. Report every accident the same day.",
        )
    }

    pub(crate) fn passage(
        mut self,
        path: &str,
        anchor: Option<&str>,
        (title, headings): (&str, &[&str]),
        text: &str,
    ) -> Self {
        let line = u32::try_from(self.0.len()).expect("few records") + 3;
        self.0.push(Record::Knowledge(Passage {
            id: self.id(path, anchor.unwrap_or_default()),
            path: path.to_owned(),
            anchor: anchor.map(str::to_owned),
            line_start: line,
            line_end: line + 2,
            title: title.to_owned(),
            headings: headings.iter().map(|&heading| heading.to_owned()).collect(),
            text: text.to_owned(),
        }));
        self
    }

    /// As `mesh index` makes it of the next passage below that anchor.
    fn id(&self, path: &str, anchor: &str) -> String {
        let is_there = |record: &&Record| match record {
            Record::Knowledge(it) => {
                it.path == path && it.anchor.as_deref().unwrap_or_default() == anchor
            }
            _ => false,
        };
        let position = self.0.iter().filter(is_there).count() + 1;
        let digest = Sha256::digest(format!("{path}\0{anchor}\0{position}\0"));
        digest[..10]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    pub(crate) fn tickets(self) -> Self {
        self.ticket(
            "SHOP-7",
            "Voucher for late returns is printed twice",
            "Open",
            "High",
        )
        .ticket(
            "SHOP-12",
            "Checkout button is misplaced on small screens",
            "Closed",
            "Low",
        )
        .ticket(
            "SHOP-31",
            "Refund mail for damaged goods never arrives",
            "In Progress",
            "High",
        )
        .ticket(
            "OPS-3",
            "Rollback of a release leaves stale workers",
            "Open",
            "Medium",
        )
    }

    pub(crate) fn ticket(mut self, key: &str, summary: &str, status: &str, priority: &str) -> Self {
        let (project, number) = key.split_once('-').expect("a key has a dash");
        self.0.push(Record::Ticket(Ticket {
            key: key.to_owned(),
            summary: summary.to_owned(),
            description: format!("Reported by the shop floor. {summary}."),
            status: status.to_owned(),
            priority: priority.to_owned(),
            project: project.to_owned(),
            issue_type: "Bug".to_owned(),
            reporter: "Ines Okafor".to_owned(),
            created: "2026-03-01T09:00:00Z".to_owned(),
            updated: format!("2026-03-{:0>2}T09:00:00Z", number),
            path: "tickets.csv".to_owned(),
            line: 2,
            ..Ticket::default()
        }));
        self
    }

    pub(crate) fn discussed_ticket(mut self, key: &str, comments: Vec<String>) -> Self {
        self.0.push(Record::Ticket(Ticket {
            key: key.to_owned(),
            summary: "Everybody has a word to say".to_owned(),
            comments,
            path: "tickets.csv".to_owned(),
            line: 2,
            ..Ticket::default()
        }));
        self
    }

    fn commits(self) -> Self {
        self.commit(
            "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
            "voucher: print each voucher once\n\nThe printer queue was retried without a key.",
            ("Ada Byrne", "ada@example.com", "2026-04-02T10:00:00+02:00"),
            &["src/voucher.rs", "tests/voucher.rs"],
        )
        .commit(
            "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c",
            "deploy: drain workers before a rollback",
            (
                "Tomas Lind",
                "tomas@example.com",
                "2026-05-20T08:30:00+00:00",
            ),
            &["infra/rollback.sh"],
        )
    }

    fn commit(
        mut self,
        hash: &str,
        message: &str,
        (author, email, date): (&str, &str, &str),
        files: &[&str],
    ) -> Self {
        self.0.push(Record::Commit(Commit {
            hash: hash.to_owned(),
            message: message.to_owned(),
            author: author.to_owned(),
            email: email.to_owned(),
            date: date.to_owned(),
            repository: "shop".to_owned(),
            files_changed: files.iter().map(|&file| file.to_owned()).collect(),
            renames: Vec::new(),
            additions: 10,
            deletions: 2,
            patch: String::new(),
        }));
        self
    }

    fn code(self) -> Self {
        self.stretch(
            "shop/src/voucher.rs",
            "print_voucher",
            "pub fn print_voucher(queue: &mut PrinterQueue, voucher: &Voucher) {\n    queue.push_once(voucher.key(), voucher);\n}",
        )
        .stretch(
            "shop/tests/voucher.rs",
            "a_voucher_is_printed_once",
            "#[test]\nfn a_voucher_is_printed_once() {\n    print_voucher(&mut queue, &voucher);\n    assert_eq!(queue.len(), 1);\n}",
        )
        .stretch(
            "shop/src/checkout.rs",
            "CheckoutForm::submit",
            "fn submit(&self) -> Receipt {\n    self.basket.total().charge(self.card)\n}",
        )
    }

    fn stretch(mut self, path: &str, symbol: &str, text: &str) -> Self {
        let name = path.rsplit('/').next().expect("a path has a name");
        self.0.push(Record::Code(CodePassage {
            id: format!("{path}:{symbol}"),
            path: path.to_owned(),
            name: name.to_owned(),
            extension: "rs".to_owned(),
            language: "Rust".to_owned(),
            repository: "shop".to_owned(),
            line_start: 10,
            line_end: 13,
            line_count: 40,
            last_modified: "2026-04-02T08:00:00Z".to_owned(),
            symbol: symbol.to_owned(),
            text: text.to_owned(),
        }));
        self
    }

    fn mail(self) -> Self {
        self.letter(
            "m1@example.com",
            "Forklift training moved to Friday",
            ("Ines Okafor <ines@example.com>", "team@example.com"),
            "The forklift training is moved to Friday at nine.",
            &[],
        )
        .letter(
            "m2@example.com",
            "Invoice for the new crane",
            ("Crane Works <sales@crane.example>", "office@example.com"),
            "Please find the invoice for the crane attached.",
            &["invoice.pdf"],
        )
    }

    fn letter(
        mut self,
        id: &str,
        subject: &str,
        (from, to): (&str, &str),
        text: &str,
        attachments: &[&str],
    ) -> Self {
        self.0.push(Record::Mail(Mail {
            id: id.to_owned(),
            subject: subject.to_owned(),
            from: from.to_owned(),
            to: vec![to.to_owned()],
            date: "2026-06-01T12:00:00Z".to_owned(),
            priority: "normal".to_owned(),
            attachments: attachments.iter().map(|&name| name.to_owned()).collect(),
            text: text.to_owned(),
            path: "team.mbox".to_owned(),
            line: 1,
            ..Mail::default()
        }));
        self
    }

    /// As `Writer::put_file` takes them: those of one file together, in order.
    pub(super) fn by_path(self) -> BTreeMap<String, Vec<Record>> {
        let mut files: BTreeMap<String, Vec<Record>> = BTreeMap::new();
        for record in self.0 {
            let path = match &record {
                Record::Knowledge(passage) => passage.path.clone(),
                Record::Ticket(ticket) => ticket.path.clone(),
                Record::Commit(commit) => commit.hash.clone(),
                Record::Code(passage) => passage.path.clone(),
                Record::Mail(mail) => mail.path.clone(),
            };
            files.entry(path).or_default().push(record);
        }
        files
    }
}
