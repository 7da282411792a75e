use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use mesh_index::Record;
use mesh_index::record::{CodePassage, Commit, Mail, Passage, Ticket};
use mesh_index::store::{Source, SourceKind, Writer};

/// A corpus with one thing of each kind, all of which speak of uploads.
pub(crate) fn write_corpus(folder: &Path) {
    let mut writer = Writer::open(folder, None).expect("it opens");
    let sources = [
        (SourceKind::Knowledge, knowledge()),
        (SourceKind::Tickets, ticket()),
        (SourceKind::Git, commit()),
        (SourceKind::Code, code()),
        (SourceKind::Mail, mail()),
    ];
    let source = |kind: SourceKind| Source {
        kind,
        path: kind.as_str().to_owned(),
    };
    writer.set_sources(sources.iter().map(|(kind, _)| source(*kind)).collect());
    for (kind, record) in sources {
        writer
            .put_file(&source(kind), "one", "1", vec![record])
            .expect("it is put");
    }
    writer.commit().expect("it commits");
}

/// The same, as it lies in a bucket.
pub(crate) fn archive() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    write_corpus(folder.path());
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    archive
        .append_dir_all(".", folder.path())
        .expect("it is read");
    let compressed = archive.into_inner().expect("it is written");
    compressed.finish().expect("it is compressed")
}

fn knowledge() -> Record {
    Record::Knowledge(Passage {
        id: "guide-1".to_owned(),
        path: "docs/guide.md".to_owned(),
        line_start: 1,
        line_end: 3,
        title: "Guide to uploads".to_owned(),
        text: "Uploads are resumed after a pause of the network.".to_owned(),
        ..Passage::default()
    })
}

fn ticket() -> Record {
    Record::Ticket(Ticket {
        key: "AOMA-7".to_owned(),
        summary: "Uploads end half-way".to_owned(),
        status: "Open".to_owned(),
        project: "AOMA".to_owned(),
        path: "tickets.csv".to_owned(),
        line: 2,
        ..Ticket::default()
    })
}

fn commit() -> Record {
    Record::Commit(Commit {
        hash: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        message: "resume uploads".to_owned(),
        author: "Ada".to_owned(),
        date: "2026-11-02T10:00:00Z".to_owned(),
        repository: "aoma".to_owned(),
        files_changed: vec!["src/upload.rs".to_owned()],
        ..Commit::default()
    })
}

fn code() -> Record {
    Record::Code(CodePassage {
        id: "code-1".to_owned(),
        path: "src/upload.rs".to_owned(),
        name: "upload.rs".to_owned(),
        extension: "rs".to_owned(),
        language: "Rust".to_owned(),
        repository: "aoma".to_owned(),
        line_start: 1,
        line_end: 3,
        line_count: 3,
        last_modified: "2026-11-02T10:00:00Z".to_owned(),
        text: "fn resume_uploads() {}".to_owned(),
        ..CodePassage::default()
    })
}

fn mail() -> Record {
    Record::Mail(Mail {
        id: "one@example.com".to_owned(),
        subject: "Uploads".to_owned(),
        from: "ada@example.com".to_owned(),
        date: "2026-11-02T10:00:00Z".to_owned(),
        text: "The uploads go on where they ended.".to_owned(),
        path: "box.mbox".to_owned(),
        line: 1,
        ..Mail::default()
    })
}
