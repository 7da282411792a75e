use super::element::Element;
use crate::ingest::html;
use crate::ingest::notes::{Notes, Place};
use crate::ingest::tickets::date::{self, Order};
use crate::ingest::tickets::draft::Draft;
use crate::ingest::tickets::names::{self, Column};
use crate::ingest::tickets::signed::signed;
use crate::record::Ticket;

/// Elements that say again what another one says, or count.
const UNSEEN: [&str; 5] = ["title", "link", "statusCategory", "votes", "watches"];

/// The ticket of an item; `None`, and told, where it has no key. `number` counts from 1.
pub(super) fn ticket(path: &str, number: u64, item: &Element, notes: &mut Notes) -> Option<Ticket> {
    let mut draft = Draft::new(path, number, Place::Nth("issue".into(), number));
    for child in &item.children {
        match &*child.name {
            name if UNSEEN.contains(&name) => {}
            "project" => {
                let key = child.attribute("key").unwrap_or_default();
                draft.put(Column::Project, "project", key);
                draft.field("project", &plain(child));
            }
            "labels" => {
                let labels = child.all("label");
                labels.for_each(|label| draft.put(Column::Labels, "label", &plain(label)));
            }
            "comments" => child.all("comment").for_each(|it| comment(&mut draft, it)),
            "issuelinks" => links(&mut draft, child),
            "customfields" => child
                .all("customfield")
                .for_each(|it| custom(&mut draft, it)),
            "attachments" => {
                let names = child
                    .all("attachment")
                    .filter_map(|it| it.attribute("name"));
                names.for_each(|name| draft.field("attachment", name));
            }
            "subtasks" => {
                let subtasks = child.all("subtask");
                subtasks.for_each(|it| draft.field("subtask", &plain(it)));
            }
            "description" => draft.put(Column::Description, "description", &rich(child)),
            "environment" => draft.field("environment", &rich(child)),
            name => match names::column(name) {
                Some(column) => draft.put(column, name, &plain(child)),
                None => draft.field(name, &plain(child)),
            },
        }
    }
    draft.finish(&Order::default(), notes)
}

/// The text of an element that has no markup: what looks like a tag is what somebody wrote.
fn plain(element: &Element) -> String {
    element.texts().join(", ").replace("\r\n", "\n")
}

/// The text of an element that may have markup, which Jira writes as HTML.
fn rich(element: &Element) -> String {
    let text = element.texts().join(", ");
    if text.contains("</") || text.contains("<br") {
        return html::plain(&text);
    }
    text.replace("\r\n", "\n")
}

/// With who wrote it and when, where that is told.
fn comment(draft: &mut Draft, comment: &Element) {
    let text = rich(comment);
    if text.is_empty() {
        return;
    }
    let [author, created] =
        ["author", "created"].map(|name| comment.attribute(name).unwrap_or_default());
    let when = date::shown(created, &Order::default());
    draft.put(Column::Comment, "comment", &signed(author, &when, &text));
}

fn custom(draft: &mut Draft, custom: &Element) {
    let kind = custom.attribute("key").unwrap_or_default();
    // A choice or a label is as it was named.
    let is_text = kind.is_empty() || kind.ends_with("textarea") || kind.ends_with("textfield");
    let name = custom.child("customfieldname").map(plain);
    let value = custom
        .child("customfieldvalues")
        .map(if is_text { rich } else { plain });
    if let (Some(name), Some(value)) = (name, value) {
        draft.field(&name, &value);
    }
}

/// By the words of the side that a link is seen from.
fn links(draft: &mut Draft, links: &Element) {
    let sides = links.children.iter().flat_map(|kind| &kind.children);
    for side in sides {
        if let Some(words) = side.attribute("description") {
            draft.field(words, &plain(side));
        }
    }
}
