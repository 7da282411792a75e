use std::fs;
use std::path::{Path, PathBuf};

use mesh_index::ingest::SkipReason;
use mesh_index::run::{IndexError, NoProgress, Plan, SourceCount, Summary, index};
use mesh_index::store::{Source, SourceKind, StoreError, Writer};
use tempfile::TempDir;

/// A folder with documents and a corpus made of them.
pub(crate) struct Workshop {
    pub(crate) folder: TempDir,
}

impl Workshop {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        fs::create_dir(folder.path().join("docs")).expect("an empty folder");
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(&path, content).expect("a written file");
        // Old enough to be settled, so that the next run need not compare content.
        let file = fs::File::options()
            .write(true)
            .open(&path)
            .expect("the file");
        let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
        file.set_modified(hour_ago).expect("a time");
    }

    pub(crate) fn index(&self, plan: &Plan) -> Result<Summary, IndexError> {
        loop {
            // Another test may start a program at this moment, which has the lock's file open until it runs.
            match index(&self.path("corpus"), plan, &mut NoProgress) {
                Err(IndexError::Store(StoreError::Locked(_))) => std::thread::yield_now(),
                done => return done,
            }
        }
    }

    pub(crate) fn knowledge(&self) -> Plan {
        Plan {
            knowledge: vec![self.path("docs")],
            ..Plan::default()
        }
    }

    pub(crate) fn index_docs(&self) -> Summary {
        self.index(&self.knowledge()).expect("a run")
    }

    pub(crate) fn files(&self, kind: SourceKind, path: &str) -> Vec<String> {
        let writer = Writer::open(&self.path("corpus"), None).expect("a corpus");
        let source = Source {
            kind,
            path: shown(&self.path(path)),
        };
        let files = writer.files(&source).expect("its files");
        let root = format!("{}/", shown(self.folder.path()));
        files
            .into_keys()
            .map(|file| file.replace(&root, ""))
            .collect()
    }
}

pub(crate) fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

pub(crate) fn knowledge(summary: &Summary) -> SourceCount {
    summary.counts[&SourceKind::Knowledge]
}

pub(crate) fn reasons(summary: &Summary) -> Vec<(String, SkipReason)> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let mut reasons: Vec<_> = summary
        .skipped
        .iter()
        .map(|skipped| (name(&skipped.path), skipped.reason.clone()))
        .collect();
    reasons.sort_by(|one, other| one.0.cmp(&other.0));
    reasons
}
