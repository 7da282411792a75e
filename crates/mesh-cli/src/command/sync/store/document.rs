use mesh_clients::openai::Attachment;
use mesh_core::hex;
use mesh_index::{Corpus, Kind, Linked, SearchError};
use mesh_tools::reading::Written;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::leftover::Mark;

/// OpenAI's bound on an attribute.
const MAX_ATTRIBUTE: usize = 512;

/// A document of the corpus as a file of the store.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) text: String,
    /// What the server cites it by, and its hash.
    attributes: Map<String, Value>,
}

impl Document {
    pub(super) fn read(corpus: &Corpus, id: &str) -> Result<Option<Self>, SearchError> {
        let written = Written::of(&corpus.by_id(id)?, Kind::Knowledge);
        Ok(written.map(|written| {
            let url = corpus.link(Linked::Document(&written.path));
            Self::of(written, url.as_deref())
        }))
    }

    fn of(written: Written, url: Option<&str>) -> Self {
        let mut attributes = Map::new();
        for (name, value) in [
            ("title", written.title.as_str()),
            ("path", &written.path),
            ("uri", &written.uri),
            ("url", url.unwrap_or_default()),
        ] {
            // An address that is cut leads nowhere.
            let is_whole = value.chars().count() <= MAX_ATTRIBUTE;
            if !value.is_empty() && (is_whole || !["uri", "url"].contains(&name)) {
                attributes.insert(name.to_owned(), cut(value).into());
            }
        }
        let mut hash = Sha256::new();
        hash.update(json!(attributes).to_string());
        hash.update(&written.text);
        let hash = hex(&hash.finalize());
        attributes.insert("hash".to_owned(), hash.into());
        Self {
            text: written.text,
            attributes,
        }
    }

    /// As it is told by, which is cut where it is very long.
    pub(super) fn path(&self) -> &str {
        self.attribute("path")
    }

    pub(super) fn hash(&self) -> &str {
        self.attribute("hash")
    }

    /// All of these are Markdown.
    pub(super) fn filename(&self, mark: &Mark) -> String {
        let name = self.path().rsplit('/').next().unwrap_or_default();
        mark.name(name.strip_suffix(".md").unwrap_or(name), self.hash())
    }

    pub(super) fn attached_as(&self, file_id: String) -> Attachment {
        Attachment {
            file_id,
            attributes: self.attributes.clone(),
        }
    }

    fn attribute(&self, name: &str) -> &str {
        let value = self.attributes.get(name).and_then(Value::as_str);
        value.unwrap_or_default()
    }
}

fn cut(value: &str) -> String {
    value.chars().take(MAX_ATTRIBUTE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(path: &str, url: &str) -> Document {
        let written = Written {
            uri: "aoma://doc/a".to_owned(),
            title: "A".to_owned(),
            path: path.to_owned(),
            text: "# A\n".to_owned(),
        };
        Document::of(written, Some(url))
    }

    #[test]
    fn a_file_is_named_so_that_it_is_read_as_markdown() {
        let mark = Mark::of("vs_1");
        for (path, stem) in [("docs/a.md", "a"), ("docs/Book.pdf", "Book.pdf")] {
            let document = document(path, "");
            let name = format!("{stem}.{mark}{}.md", &document.hash()[..16]);
            assert_eq!(document.filename(&mark), name);
        }
    }

    #[test]
    fn no_attribute_is_longer_than_the_store_takes() {
        let long = document(&"é".repeat(600), &"u".repeat(600));
        assert_eq!(long.path().chars().count(), MAX_ATTRIBUTE);
        assert!(!long.attributes.contains_key("url"));
        assert_eq!(long.hash().len(), 64);
        assert_ne!(long.hash(), document("a.md", "").hash());
    }
}
