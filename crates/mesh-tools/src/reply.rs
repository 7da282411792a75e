use serde_json::{Map, Value};

/// What a call comes back with, before a protocol has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    pub blocks: Vec<Block>,
    pub structured: Option<Value>,
    pub remarks: Remarks,
}

/// What the caller should know about the arguments it sent: nothing was refused, but not all was used as sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// Names the tool does not know, in the order sent.
    pub ignored: Vec<String>,
    /// `name: sent → used`, for values brought within their bounds.
    pub adjusted: Vec<String>,
}

impl Remarks {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ignored.is_empty() && self.adjusted.is_empty()
    }

    /// The remarks as text beside the answer: models read the content, and few clients show them `_meta`.
    #[must_use]
    pub fn told(&self, schema: &Map<String, Value>) -> Option<Block> {
        let mut sentences = Vec::new();
        if !self.ignored.is_empty() {
            let properties = schema.get("properties").and_then(Value::as_object);
            let known: Vec<&str> = properties
                .map(|known| known.keys().map(String::as_str).collect())
                .unwrap_or_default();
            let known = match known.as_slice() {
                [] => "no arguments".to_owned(),
                known => known.join(", "),
            };
            sentences.push(format!(
                "Arguments not used: {}. This tool takes {known}.",
                self.ignored.join(", ")
            ));
        }
        if !self.adjusted.is_empty() {
            sentences.push(format!(
                "Arguments brought within bounds: {}.",
                self.adjusted.join(", ")
            ));
        }
        (!sentences.is_empty()).then(|| Block::Text(sentences.join(" ")))
    }
}

/// One piece of content.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    Text(String),
    /// Base64 data and its media type.
    Image {
        data: String,
        media_type: String,
    },
    Audio {
        data: String,
        media_type: String,
    },
    Resource(Content),
    Link(Link),
}

/// What is not in the answer, and where it can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whoever has it has what is there: it goes to the caller, and into no log.
    pub uri: String,
    /// Until when it is good (RFC 3339).
    pub until: String,
    pub name: String,
    pub media_type: String,
    pub bytes: u64,
}

/// The output of a tool whose answer is not JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocks(pub Vec<Block>);

impl Blocks {
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![Block::Text(text.into())])
    }
}

/// The content of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    pub uri: String,
    pub media_type: String,
    pub body: Body,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Text(String),
    /// Base64.
    Blob(String),
}

impl Content {
    #[must_use]
    pub fn text(uri: impl Into<String>, media_type: &str, text: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            media_type: media_type.to_owned(),
            body: Body::Text(text.into()),
        }
    }
}
