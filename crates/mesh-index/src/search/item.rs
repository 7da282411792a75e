use crate::record::{CodePassage, Commit, Mail, Passage, Record, Ticket};

/// What a search gives back: one type per kind of record.
pub(super) trait Item: Sized {
    /// Whether it is a part of something larger, of which another part may say the same; two commits of the same words
    /// are still two commits.
    const IS_PASSAGE: bool;

    fn of(record: Record) -> Option<Self>;

    /// The text a quote is taken from.
    fn text(&self) -> String;

    /// What several hits may belong to; of one document only the best few are shown.
    fn document(&self) -> &str;

    /// Stable across runs; decides between equal scores.
    fn id(&self) -> &str;
}

impl Item for Passage {
    const IS_PASSAGE: bool = true;

    fn of(record: Record) -> Option<Self> {
        match record {
            Record::Knowledge(passage) => Some(passage),
            _ => None,
        }
    }

    fn text(&self) -> String {
        self.text.clone()
    }

    fn document(&self) -> &str {
        &self.path
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl Item for Ticket {
    const IS_PASSAGE: bool = false;

    fn of(record: Record) -> Option<Self> {
        match record {
            Record::Ticket(ticket) => Some(ticket),
            _ => None,
        }
    }

    fn text(&self) -> String {
        let texts = [&self.summary, &self.description]
            .into_iter()
            .chain(&self.comments);
        paragraphs(texts)
    }

    fn document(&self) -> &str {
        &self.key
    }

    fn id(&self) -> &str {
        &self.key
    }
}

impl Item for Commit {
    const IS_PASSAGE: bool = false;

    fn of(record: Record) -> Option<Self> {
        match record {
            Record::Commit(commit) => Some(commit),
            _ => None,
        }
    }

    fn text(&self) -> String {
        self.message.clone()
    }

    fn document(&self) -> &str {
        &self.hash
    }

    fn id(&self) -> &str {
        &self.hash
    }
}

impl Item for CodePassage {
    const IS_PASSAGE: bool = true;

    fn of(record: Record) -> Option<Self> {
        match record {
            Record::Code(passage) => Some(passage),
            _ => None,
        }
    }

    fn text(&self) -> String {
        self.text.clone()
    }

    fn document(&self) -> &str {
        &self.path
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl Item for Mail {
    const IS_PASSAGE: bool = false;

    fn of(record: Record) -> Option<Self> {
        match record {
            Record::Mail(mail) => Some(mail),
            _ => None,
        }
    }

    fn text(&self) -> String {
        paragraphs([&self.subject, &self.text])
    }

    fn document(&self) -> &str {
        &self.id
    }

    fn id(&self) -> &str {
        &self.id
    }
}

fn paragraphs<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    let texts: Vec<&str> = texts
        .into_iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    texts.join("\n\n")
}
