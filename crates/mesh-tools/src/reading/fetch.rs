use mesh_index::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::field::Limit;
use crate::needs::Needs;
use crate::reading::find::{self, Found};
use crate::reading::page::page_of;
use crate::reply::{Body, Content};
use crate::tool::Tool;

/// # Read on
/// Reads anything that another tool of this server has named, beyond the part it quoted: a document, ticket, commit with
/// its diff, source file or message, a page at a time.
///
/// Use it when a quotation or preview is not enough. `id` is any `uri`, `path`, `ref`, `key`, `hash` or `id` as it was
/// returned. It returns `text` and, where there is more, `metadata.next`: give that as the next `id`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fetch {
    /// What to read: `aoma://doc/…`, `docs/guide.md#install`, `src/main.rs:120`, `AOMA-7`, a commit's hash, or the `next` of
    /// the page before.
    id: Text<2000>,
    /// Where to begin, if not at the place `id` names: a line number, a heading or its anchor.
    from: Option<Text<500>>,
    /// The most characters of text to return.
    #[serde(default)]
    max_chars: Limit<8000, 50000>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Fetched {
    /// The `id` that was asked for.
    id: String,
    title: String,
    text: String,
    /// Where people open it; the resource's own address where no link to it is known.
    url: String,
    metadata: Metadata,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    /// The `id` of the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// Left out for lists and the server's state.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<KindName>,
    /// The whole of it, as a resource of this server.
    uri: String,
    /// The file it was read from.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// Characters of the whole text before this page.
    before: usize,
    /// Characters of this page.
    characters: usize,
    /// Characters of the whole text.
    total_characters: usize,
}

#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum KindName {
    Knowledge,
    Ticket,
    Commit,
    Code,
    Mail,
}

impl From<Kind> for KindName {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Knowledge => Self::Knowledge,
            Kind::Ticket => Self::Ticket,
            Kind::Commit => Self::Commit,
            Kind::Code => Self::Code,
            Kind::Mail => Self::Mail,
        }
    }
}

impl Tool for Fetch {
    const NAME: &'static str = "fetch";
    const FAMILY: Family = Family::Reading;
    const NEEDS: Needs = Needs::ANY_CORPUS;
    type Output = Fetched;

    async fn call(self, cx: Context<'_>) -> Result<Fetched, ToolError> {
        let id = self.id.as_str();
        let from = self.from.as_ref().map(|from| from.as_str().to_owned());
        match find::found(&cx, id, from).await {
            Ok(found) => self.page(found),
            // Lists and the server's state are no things of the corpus.
            Err(ToolError::NotFound(unknown)) => match cx.view.resource(id) {
                Some((_, read, named)) => self.resource(read(cx, named).await?),
                None => Err(ToolError::NotFound(unknown)),
            },
            Err(error) => Err(error),
        }
    }
}

impl Fetch {
    fn page(self, Found { whole, from, link }: Found) -> Result<Fetched, ToolError> {
        let page = page_of(&whole, from.as_deref(), self.max_chars.as_usize())?;
        let uri = whole.address.uri();
        Ok(Fetched {
            id: self.id.into_string(),
            title: whole.title,
            text: page.text,
            url: link.unwrap_or_else(|| uri.clone()),
            metadata: Metadata {
                next: page.next,
                kind: Some(whole.address.kind.into()),
                uri,
                path: Some(whole.path),
                before: page.before,
                characters: page.characters,
                total_characters: page.total,
            },
        })
    }

    /// All of it: a list comes in pages of its own, with the address of the next in its text.
    fn resource(self, content: Content) -> Result<Fetched, ToolError> {
        let Body::Text(text) = content.body else {
            let refusal = format!("`{}` is no text", content.uri);
            return Err(ToolError::InvalidArguments(refusal));
        };
        let characters = text.chars().count();
        Ok(Fetched {
            title: content.uri.clone(),
            url: content.uri.clone(),
            metadata: Metadata {
                next: None,
                kind: None,
                uri: self.id.as_str().to_owned(),
                path: None,
                before: 0,
                characters,
                total_characters: characters,
            },
            text,
            id: self.id.into_string(),
        })
    }
}
