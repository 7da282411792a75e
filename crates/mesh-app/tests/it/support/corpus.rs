use std::path::Path;

use mesh_index::store::{Source, SourceKind, Writer};
use mesh_index::{Passage, Record};
use tempfile::TempDir;

/// A corpus of one document, and its folder.
#[derive(Debug)]
pub(crate) struct Corpus(TempDir);

impl Corpus {
    pub(crate) fn of(text: &str) -> Self {
        let corpus = Self(TempDir::new().expect("makes a folder"));
        corpus.index(text);
        corpus
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Indexes the document again, with another text.
    pub(crate) fn index(&self, text: &str) {
        let source = Source {
            kind: SourceKind::Knowledge,
            path: "docs".to_owned(),
        };
        let mut writer = Writer::open(self.path(), None).expect("opens");
        writer.set_sources(vec![source.clone()]);
        let records = vec![Record::Knowledge(passage(text))];
        writer
            .put_file(&source, "guide.md", text, records)
            .expect("puts");
        writer.commit().expect("commits");
    }
}

pub(crate) fn passage(text: &str) -> Passage {
    Passage {
        id: "guide-1".to_owned(),
        path: "docs/guide.md".to_owned(),
        anchor: Some("uploads".to_owned()),
        line_start: 1,
        line_end: 3,
        title: "Guide to uploads".to_owned(),
        text: text.to_owned(),
        ..Passage::default()
    }
}
