use std::path::Path;

use mesh_index::corpus::Corpus;
use mesh_index::search::{Found, Query};
use mesh_index::store::{Source, SourceKind, Writer};
use mesh_index::{CodePassage, Commit, Mail, Passage, Record, Ticket};
use tempfile::TempDir;

/// A corpus in a folder of its own.
pub(crate) struct Shelf {
    pub(crate) folder: TempDir,
    pub(crate) corpus: Corpus,
}

pub(crate) fn source(kind: SourceKind) -> Source {
    Source {
        kind,
        path: kind.to_string(),
    }
}

fn source_kind(record: &Record) -> SourceKind {
    match record {
        Record::Knowledge(_) => SourceKind::Knowledge,
        Record::Ticket(_) => SourceKind::Tickets,
        Record::Commit(_) => SourceKind::Git,
        Record::Code(_) => SourceKind::Code,
        Record::Mail(_) => SourceKind::Mail,
    }
}

/// A file's name: passages of one document share a file, other records have one each.
fn file(record: &Record, ordinal: usize) -> String {
    match record {
        Record::Knowledge(passage) => passage.path.clone(),
        _ => format!("file-{ordinal}"),
    }
}

pub(crate) fn write(folder: &Path, records: Vec<Record>) {
    let mut writer = Writer::open(folder, None).expect("opens");
    let kinds = [
        SourceKind::Knowledge,
        SourceKind::Tickets,
        SourceKind::Git,
        SourceKind::Code,
        SourceKind::Mail,
    ];
    writer.set_sources(kinds.map(source).to_vec());
    let mut files: Vec<(SourceKind, String, Vec<Record>)> = Vec::new();
    for (ordinal, record) in records.into_iter().enumerate() {
        let (kind, name) = (source_kind(&record), file(&record, ordinal));
        match files.iter_mut().find(|(k, n, _)| *k == kind && *n == name) {
            Some((_, _, records)) => records.push(record),
            None => files.push((kind, name, vec![record])),
        }
    }
    for (kind, name, records) in files {
        writer
            .put_file(&source(kind), &name, "1", records)
            .expect("puts");
    }
    writer.commit().expect("commits");
}

pub(crate) fn shelf(records: Vec<Record>) -> Shelf {
    let folder = TempDir::new().expect("makes a folder");
    write(folder.path(), records);
    let corpus = Corpus::open(folder.path()).expect("opens");
    Shelf { folder, corpus }
}

pub(crate) fn query(text: &str) -> Query<'_> {
    Query {
        text,
        limit: 10,
        threshold: 0.0,
    }
}

pub(crate) fn passage(path: &str, heading: &str, text: &str) -> Record {
    Record::Knowledge(Passage {
        id: format!("{path}#{heading}"),
        path: path.to_owned(),
        title: path.trim_end_matches(".md").to_owned(),
        headings: vec![heading.to_owned()],
        text: text.to_owned(),
        ..Passage::default()
    })
}

pub(crate) fn ticket(key: &str, summary: &str) -> Ticket {
    Ticket {
        key: key.to_owned(),
        project: key.split('-').next().unwrap_or_default().to_owned(),
        summary: summary.to_owned(),
        ..Ticket::default()
    }
}

pub(crate) fn commit(hash: &str, date: &str, message: &str) -> Commit {
    Commit {
        hash: hash.to_owned(),
        date: date.to_owned(),
        message: message.to_owned(),
        author: "Ada Lovelace".to_owned(),
        email: "ada@example.com".to_owned(),
        repository: "engine".to_owned(),
        ..Commit::default()
    }
}

pub(crate) fn code(path: &str, text: &str) -> CodePassage {
    CodePassage {
        id: format!("{path}:1"),
        path: path.to_owned(),
        name: path.rsplit('/').next().unwrap_or_default().to_owned(),
        extension: path.rsplit('.').next().unwrap_or_default().to_owned(),
        language: "Rust".to_owned(),
        text: text.to_owned(),
        ..CodePassage::default()
    }
}

pub(crate) fn mail(id: &str, date: &str, subject: &str) -> Mail {
    Mail {
        id: id.to_owned(),
        date: date.to_owned(),
        subject: subject.to_owned(),
        from: "Grace Hopper <grace@example.com>".to_owned(),
        to: vec!["ada@example.com".to_owned()],
        priority: "normal".to_owned(),
        ..Mail::default()
    }
}

pub(crate) fn paths(found: &Found<Passage>) -> Vec<&str> {
    found
        .hits
        .iter()
        .map(|hit| hit.item.path.as_str())
        .collect()
}
