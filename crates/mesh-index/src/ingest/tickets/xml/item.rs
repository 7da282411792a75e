use super::element::Element;
use crate::ingest::html;
use crate::ingest::lines::clamp;
use crate::ingest::notes::{Notes, Place};
use crate::ingest::tickets::date::{self, Order};
use crate::ingest::tickets::project_of;
use crate::record::{Ticket, TicketField};

/// Elements that have a place of their own in a ticket, or say again what another one says, or count.
const PLACED: [&str; 23] = [
    "title",
    "link",
    "project",
    "description",
    "key",
    "summary",
    "type",
    "priority",
    "status",
    "statusCategory",
    "assignee",
    "reporter",
    "labels",
    "component",
    "created",
    "updated",
    "comments",
    "issuelinks",
    "customfields",
    "votes",
    "watches",
    "attachments",
    "subtasks",
];

/// The ticket of an item; `None` where it has no key. `number` counts from 1.
pub(super) fn ticket(path: &str, number: u64, item: &Element, notes: &mut Notes) -> Option<Ticket> {
    let one = |name| item.child(name).map(shown).unwrap_or_default();
    let key = Some(one("key")).filter(|key| !key.is_empty())?;
    let mut fields = fields(item);
    let [created, updated] = ["created", "updated"].map(|name| {
        let (text, place) = (one(name), Place::Nth("issue".into(), number));
        let date = date::noted(&text, &Order::default(), place, notes);
        if date.is_empty() {
            fields.extend(field(name, text));
        }
        date
    });
    let project = item.child("project").and_then(|it| it.attribute("key"));
    Some(Ticket {
        summary: one("summary"),
        description: one("description"),
        status: one("status"),
        priority: one("priority"),
        project: project.map_or_else(|| project_of(&key), str::to_ascii_uppercase),
        key,
        issue_type: one("type"),
        assignee: one("assignee"),
        reporter: one("reporter"),
        labels: within(item, "labels", "label"),
        components: item.all("component").map(shown).collect(),
        created,
        updated,
        comments: within(item, "comments", "comment"),
        fields,
        path: path.to_owned(),
        line: clamp(usize::try_from(number).unwrap_or(usize::MAX)),
    })
}

/// The text of an element; Jira writes rich text as HTML.
fn shown(element: &Element) -> String {
    let text = element.texts().join(", ");
    if text.contains("</") || text.contains("<br") {
        return html::plain(&text);
    }
    text.replace("\r\n", "\n")
}

fn within(item: &Element, list: &str, name: &str) -> Vec<String> {
    let lists = item.all(list).flat_map(|list| list.all(name));
    lists.map(shown).filter(|text| !text.is_empty()).collect()
}

fn fields(item: &Element) -> Vec<TicketField> {
    let others = item
        .children
        .iter()
        .filter(|child| !PLACED.contains(&child.name.as_str()))
        .filter_map(|child| field(&child.name, shown(child)));
    let custom = item
        .all("customfields")
        .flat_map(|list| list.all("customfield"));
    let custom = custom.filter_map(|custom| {
        let name = custom.child("customfieldname").map(shown)?;
        field(&name, custom.child("customfieldvalues").map(shown)?)
    });
    let inner = |list: &'static str, name: &'static str| {
        let values = within(item, list, name).into_iter();
        values.filter_map(move |value| field(name, value))
    };
    others
        .chain(links(item))
        .chain(inner("subtasks", "subtask"))
        .chain(attachments(item))
        .chain(custom)
        .collect()
}

/// By the words of the side that a link is seen from.
fn links(item: &Element) -> impl Iterator<Item = TicketField> {
    let kinds = item.all("issuelinks").flat_map(|links| &links.children);
    let sides = kinds.flat_map(|kind| &kind.children);
    sides.filter_map(|side| field(side.attribute("description")?, shown(side)))
}

fn attachments(item: &Element) -> impl Iterator<Item = TicketField> {
    let files = item
        .all("attachments")
        .flat_map(|list| list.all("attachment"));
    files.filter_map(|file| field("attachment", file.attribute("name")?.to_owned()))
}

fn field(name: &str, value: String) -> Option<TicketField> {
    let name = name.to_owned();
    (!value.is_empty()).then_some(TicketField { name, value })
}
