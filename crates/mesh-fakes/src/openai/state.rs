use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::error::ApiError;
use super::{Behaviour, EMBEDDING_MODEL, KEY, MODEL, Operation, Recorded};

/// A chunk ends at the first paragraph that makes it so long.
const MIN_CHUNK_BYTES: usize = 400;

#[derive(Debug)]
pub(super) struct State {
    pub(super) key: String,
    pub(super) models: Vec<Model>,
    pub(super) files: HashMap<String, File>,
    /// The files of each batch.
    pub(super) batches: HashMap<String, Vec<String>>,
    pub(super) stores: HashMap<String, Store>,
    /// How the names begin of files that stores cannot read.
    pub(super) unreadable: HashSet<String>,
    /// And of files that stores are reading still.
    pub(super) unread: HashSet<String>,
    pub(super) next: HashMap<Operation, VecDeque<Behaviour>>,
    pub(super) latencies: HashMap<Operation, Duration>,
    pub(super) requests: Vec<Recorded>,
    ids: u64,
}

#[derive(Debug)]
pub(super) struct Model {
    pub(super) id: String,
    pub(super) shutdown_date: Option<String>,
}

#[derive(Debug)]
pub(super) struct File {
    pub(super) filename: String,
    pub(super) chunks: Vec<String>,
    /// In seconds since 1970.
    pub(super) created_at: u64,
}

#[derive(Debug, Default)]
pub(super) struct Store {
    /// In the order in which they came.
    pub(super) files: Vec<Attached>,
}

#[derive(Debug)]
pub(super) struct Attached {
    pub(super) file: String,
    pub(super) attributes: Value,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            key: KEY.to_owned(),
            models: vec![Model::new(MODEL, None), Model::new(EMBEDDING_MODEL, None)],
            files: HashMap::new(),
            batches: HashMap::new(),
            stores: HashMap::new(),
            unreadable: HashSet::new(),
            unread: HashSet::new(),
            next: HashMap::new(),
            latencies: HashMap::new(),
            requests: Vec::new(),
            ids: 0,
        }
    }

    pub(super) fn has_model(&self, id: &str) -> bool {
        self.models.iter().any(|model| model.id == id)
    }

    pub(super) fn new_id(&mut self, prefix: &str) -> String {
        self.ids += 1;
        format!("{prefix}{:06}", self.ids)
    }

    pub(super) fn add_store(&mut self, id: &str) {
        self.stores.insert(id.to_owned(), Store::default());
    }

    pub(super) fn add_file(&mut self, filename: &str, text: &str) -> String {
        let id = self.new_id("file-");
        let file = File {
            filename: filename.to_owned(),
            created_at: SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
            chunks: match self.is_unreadable(filename) {
                true => Vec::new(),
                false => chunks(text),
            },
        };
        self.files.insert(id.clone(), file);
        id
    }

    fn is_unreadable(&self, filename: &str) -> bool {
        let mut beginnings = self.unreadable.iter();
        beginnings.any(|beginning| filename.starts_with(beginning))
    }

    pub(super) fn store(&self, id: &str) -> Result<&Store, ApiError> {
        let store = self.stores.get(id);
        store.ok_or_else(|| ApiError::not_found("vector store", id))
    }

    /// How far a store is with a file.
    pub(super) fn status(&self, file: &str) -> &'static str {
        let file = &self.files[file];
        let mut unread = self.unread.iter();
        if unread.any(|beginning| file.filename.starts_with(beginning)) {
            return "in_progress";
        }
        match file.chunks.is_empty() {
            true => "failed",
            false => "completed",
        }
    }

    /// How many of these files can be searched, how many cannot, and how many cannot yet.
    pub(super) fn file_counts<'a>(&self, files: impl Iterator<Item = &'a String>) -> Value {
        let statuses: Vec<_> = files.map(|file| self.status(file)).collect();
        let count = |status| statuses.iter().filter(|one| **one == status).count();
        json!({
            "in_progress": count("in_progress"), "completed": count("completed"), "failed": count("failed"),
            "cancelled": 0, "total": statuses.len(),
        })
    }

    pub(super) fn store_object(&self, id: &str) -> Result<Value, ApiError> {
        let store = self.store(id)?;
        Ok(json!({
            "id": id,
            "object": "vector_store",
            "created_at": 1_790_000_000,
            "name": null,
            "usage_bytes": 0,
            "status": "completed",
            "file_counts": self.file_counts(store.files.iter().map(|attached| &attached.file)),
        }))
    }
}

impl Model {
    pub(super) fn new(id: &str, shutdown_date: Option<&str>) -> Self {
        Self {
            id: id.to_owned(),
            shutdown_date: shutdown_date.map(ToOwned::to_owned),
        }
    }
}

impl Store {
    /// With these attributes from now on, where it is there already.
    pub(super) fn attach(&mut self, file: &str, attributes: Value) {
        self.files.retain(|attached| attached.file != file);
        self.files.push(Attached {
            file: file.to_owned(),
            attributes,
        });
    }
}

fn chunks(text: &str) -> Vec<String> {
    let mut chunks: Vec<String> = Vec::new();
    for paragraph in text
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty())
    {
        match chunks.last_mut() {
            Some(last) if last.len() < MIN_CHUNK_BYTES => {
                last.push_str("\n\n");
                last.push_str(paragraph.trim());
            }
            _ => chunks.push(paragraph.trim().to_owned()),
        }
    }
    chunks
}
