use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::fault::Fault;
use crate::message::METHOD_NOT_FOUND;

/// What an upstream lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Tool,
    Prompt,
    Resource,
    Template,
}

/// All that an upstream has listed, as it came.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    tools: Vec<Box<RawValue>>,
    prompts: Vec<Box<RawValue>>,
    resources: Vec<Box<RawValue>>,
    templates: Vec<Box<RawValue>>,
    /// Whether it completes arguments; not known of one that was never started, whose lists are in the lock.
    pub completes: bool,
    /// How long it may be kept, where the upstream says so.
    pub ttl: Option<Duration>,
    /// What was not taken, and why.
    pub notes: Vec<String>,
    /// Whose lists could not be read, or not yet: what stands for them was heard before.
    unheard: Vec<Kind>,
}

/// One list, as it came.
#[derive(Debug, Default)]
pub(crate) struct List {
    pub(crate) items: Vec<Box<RawValue>>,
    pub(crate) ttl: Option<Duration>,
    pub(crate) notes: Vec<String>,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Tool, Self::Prompt, Self::Resource, Self::Template];

    /// The member that tells one from the others.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Tool | Self::Prompt => "name",
            Self::Resource => "uri",
            Self::Template => "uriTemplate",
        }
    }

    #[must_use]
    pub const fn method(self) -> &'static str {
        match self {
            Self::Tool => "tools/list",
            Self::Prompt => "prompts/list",
            Self::Resource => "resources/list",
            Self::Template => "resources/templates/list",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tool => "tool",
            Self::Prompt => "prompt",
            Self::Resource => "resource",
            Self::Template => "template",
        })
    }
}

impl Heard {
    #[must_use]
    pub const fn of(&self, kind: Kind) -> &Vec<Box<RawValue>> {
        match kind {
            Kind::Tool => &self.tools,
            Kind::Prompt => &self.prompts,
            Kind::Resource => &self.resources,
            Kind::Template => &self.templates,
        }
    }

    pub const fn of_mut(&mut self, kind: Kind) -> &mut Vec<Box<RawValue>> {
        match kind {
            Kind::Tool => &mut self.tools,
            Kind::Prompt => &mut self.prompts,
            Kind::Resource => &mut self.resources,
            Kind::Template => &mut self.templates,
        }
    }

    /// Whether both list the same, word for word.
    #[must_use]
    pub(crate) fn is_the_same(&self, other: &Self) -> bool {
        Kind::ALL.into_iter().all(|kind| {
            let ours = self.of(kind).iter().map(|item| item.get());
            ours.eq(other.of(kind).iter().map(|item| item.get()))
        })
    }

    /// Before any list is read.
    pub(crate) fn nothing_yet(completes: bool) -> Self {
        Self {
            completes,
            unheard: Kind::ALL.to_vec(),
            ..Self::default()
        }
    }

    /// Has what was heard before stand for the lists that could not be read, or not yet.
    pub(crate) fn keep(&mut self, before: &Self) {
        for kind in self.unheard.clone() {
            self.of_mut(kind).clone_from(before.of(kind));
        }
    }

    /// Takes what reading a list came to.
    ///
    /// # Errors
    /// Where none of what it lists can be read: by what is wrong with the session, or as there are no tools.
    pub(crate) fn take(&mut self, kind: Kind, list: Result<List, Fault>) -> Result<(), Fault> {
        let list = match list {
            // Many have resources and no templates.
            Err(Fault::Rpc(error)) if error.code() == Some(METHOD_NOT_FOUND) => List::default(),
            Err(fault @ (Fault::SessionGone | Fault::Credentials(401))) => return Err(fault),
            Err(fault) if kind == Kind::Tool => return Err(fault),
            Err(fault) => {
                let failed = format!("{} failed: {fault}", kind.method());
                self.notes.push(failed);
                return Ok(());
            }
            Ok(list) => list,
        };
        *self.of_mut(kind) = list.items;
        self.ttl = [self.ttl, list.ttl].into_iter().flatten().min();
        self.notes.extend(list.notes);
        self.unheard.retain(|unheard| *unheard != kind);
        Ok(())
    }

    /// See [`Self::unheard`].
    pub(crate) fn unheard(&self) -> &[Kind] {
        &self.unheard
    }
}

impl List {
    /// Takes a page of a list, and says where the next is.
    pub(crate) fn add(&mut self, kind: Kind, page: &RawValue) -> Result<Option<String>, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Page {
            #[serde(
                alias = "tools",
                alias = "prompts",
                alias = "resources",
                alias = "resourceTemplates"
            )]
            items: Vec<Box<RawValue>>,
            next_cursor: Option<String>,
            ttl_ms: Option<u64>,
        }
        let page: Page = serde_json::from_str(page.get()).map_err(|error| {
            Fault::Garbage(format!("its answer to `{}`: {error}", kind.method()))
        })?;
        self.items.extend(page.items);
        let ttl = page.ttl_ms.map(Duration::from_millis);
        self.ttl = [self.ttl, ttl].into_iter().flatten().min();
        // Some servers end a list so.
        Ok(page.next_cursor.filter(|next| !next.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::RpcError;

    fn list(pages: &[&str]) -> Result<List, Fault> {
        let mut list = List::default();
        for page in pages {
            let page = RawValue::from_string((*page).to_owned()).expect("JSON");
            list.add(Kind::Prompt, &page)?;
        }
        Ok(list)
    }

    fn error(code: i32) -> Fault {
        let error = RawValue::from_string(format!(r#"{{"code":{code},"message":"no"}}"#));
        Fault::Rpc(RpcError(error.expect("JSON")))
    }

    fn prompts(heard: &Heard) -> Vec<&str> {
        heard.of(Kind::Prompt).iter().map(|one| one.get()).collect()
    }

    #[test]
    fn what_was_heard_stays_where_its_list_cannot_be_read_again() {
        let mut before = Heard::nothing_yet(false);
        let read = list(&[
            r#"{"prompts":[1],"ttlMs":9}"#,
            r#"{"prompts":[2],"ttlMs":7}"#,
        ]);
        before.take(Kind::Prompt, read).expect("taken");
        assert_eq!(before.ttl, Some(Duration::from_millis(7)));
        let mut heard = Heard::nothing_yet(true);
        heard.take(Kind::Tool, Ok(List::default())).expect("taken");
        heard
            .take(Kind::Prompt, Err(Fault::Status(500)))
            .expect("noted");
        heard.keep(&before);
        assert_eq!(prompts(&heard), ["1", "2"]);
        assert_eq!(
            heard.notes,
            ["prompts/list failed: it answered with HTTP 500"]
        );
        assert_eq!(
            heard.unheard(),
            [Kind::Prompt, Kind::Resource, Kind::Template]
        );
        assert_eq!((heard.ttl, heard.completes), (None, true));
        heard
            .take(Kind::Prompt, Err(error(-32601)))
            .expect("it has none");
        heard.keep(&before);
        assert_eq!(prompts(&heard), [""; 0]);
        assert_eq!(heard.unheard(), [Kind::Resource, Kind::Template]);
    }

    #[test]
    fn an_empty_cursor_leads_to_no_page() {
        let next = |page: &str| {
            let page = RawValue::from_string(page.to_owned()).expect("JSON");
            List::default().add(Kind::Tool, &page).expect("a page")
        };
        assert_eq!(next(r#"{"tools":[],"nextCursor":""}"#), None);
        assert_eq!(
            next(r#"{"tools":[],"nextCursor":"2"}"#).as_deref(),
            Some("2")
        );
    }

    #[test]
    fn what_is_wrong_with_the_session_is_wrong_with_every_list() {
        for (kind, fault) in [
            (Kind::Template, Fault::SessionGone),
            (Kind::Prompt, Fault::Credentials(401)),
            (Kind::Tool, Fault::Credentials(403)),
            (Kind::Tool, error(-32603)),
        ] {
            let taken = Heard::default().take(kind, Err(fault.clone()));
            assert_eq!(taken.expect_err("it fails").kind(), fault.kind());
        }
        let of_one_list = Fault::Credentials(403);
        assert!(
            Heard::default()
                .take(Kind::Prompt, Err(of_one_list))
                .is_ok()
        );
    }
}
