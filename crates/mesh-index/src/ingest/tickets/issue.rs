//! An issue as Jira's interface or its importer writes it.

use std::collections::HashMap;

use serde_json::Value;

use super::date::{self, Order};
use super::draft::Draft;
use super::names::{self, Column};
use super::signed::signed;
use super::{document, value};
use crate::ingest::html;
use crate::ingest::notes::{Notes, Place};
use crate::record::Ticket;

/// Beside the fields of an issue that has no `fields`: what the interface adds, and not people.
const ADDED: [&str; 7] = [
    "id",
    "self",
    "expand",
    "names",
    "schema",
    "fields",
    "renderedFields",
];

/// Counters that Jira keeps of its own accord.
const COUNTED: [&str; 5] = [
    "votes",
    "watches",
    "workratio",
    "progress",
    "aggregateprogress",
];

/// What is the same for all issues of an export.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) path: &'a str,
    /// By the ids of custom fields.
    pub(super) names: &'a HashMap<String, String>,
    pub(super) order: &'a Order,
    /// The links of an import by the id of the issue that each goes out from: its words and the other issue's id.
    pub(super) links: &'a HashMap<String, Vec<(String, String)>>,
}

/// The issues of a page of search results, or the value as the one issue it is.
pub(super) fn all(value: &Value) -> impl Iterator<Item = &Value> {
    let page = value["issues"].as_array();
    let single = page.is_none().then_some(value);
    page.into_iter().flatten().chain(single)
}

pub(super) fn dates(issue: &Value) -> [String; 2] {
    ["created", "updated"].map(|name| value::text(&fields(issue)[name]))
}

fn fields(issue: &Value) -> &Value {
    match &issue["fields"] {
        fields @ Value::Object(_) => fields,
        _ => issue,
    }
}

/// `None`, and told, where it has no key. `number` counts from 1; `project` is the key of the project it is listed in.
pub(super) fn ticket(
    context: &Context<'_>,
    number: u64,
    project: &str,
    issue: &Value,
    notes: &mut Notes,
) -> Option<Ticket> {
    let place = Place::Nth("issue".into(), number);
    let mut draft = Draft::new(context.path, number, place.clone());
    let key = issue["key"].as_str().filter(|key| !key.is_empty());
    // An import names an issue by the id it had where it comes from.
    let key = key.map_or_else(|| value::text(&issue["externalId"]), str::to_owned);
    draft.put(Column::Key, "key", &key);
    draft.put(Column::Project, "project", project);
    let fields = fields(issue);
    for (id, value) in members(fields) {
        if !ADDED.contains(&id.as_str()) && !COUNTED.contains(&id.as_str()) {
            put(context, &mut draft, id, value);
        }
    }
    let links = context.links.get(&value::text(&issue["externalId"]));
    for (words, other) in links.into_iter().flatten() {
        draft.field(words, other);
    }
    rendered(context, &mut draft, issue);
    history(context, &mut draft, &issue["changelog"]["histories"]);
    if let Some(missing) = missing_comments(&fields["comment"]) {
        let what = "comments that the export leaves out";
        notes.remark(place, what, &missing.to_string());
    }
    draft.finish(context.order, notes)
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn put(context: &Context<'_>, draft: &mut Draft, id: &str, value: &Value) {
    let name = context.names.get(id).map_or(id, String::as_str);
    match (id, names::column(id)) {
        ("changelog", _) => {}
        ("history", _) => history(context, draft, value),
        ("customFieldValues", _) => custom(draft, value),
        ("externalId", _) if *value == *draft.key() => {}
        ("project", _) => project(draft, name, value),
        (_, Some(Column::Comment)) => {
            let comments = comments(context, value);
            comments.for_each(|text| draft.put(Column::Comment, name, &text));
        }
        (_, Some(column @ (Column::Labels | Column::Components))) if value.is_array() => {
            let values = value::list(value);
            values.iter().for_each(|text| draft.put(column, name, text));
        }
        (_, Some(column)) => draft.put(column, name, &value::text(value)),
        (_, None) => draft.field(name, &value::text(value)),
    }
}

fn project(draft: &mut Draft, name: &str, value: &Value) {
    match value["key"].as_str() {
        Some(key) => {
            draft.put(Column::Project, name, key);
            draft.field(name, &value::text(&value["name"]));
        }
        None => draft.field(name, &value::text(value)),
    }
}

/// What the result has as HTML only.
fn rendered(context: &Context<'_>, draft: &mut Draft, issue: &Value) {
    for (id, value) in members(&issue["renderedFields"]) {
        let is_missing = issue["fields"][id].is_null();
        if let Some(html) = value.as_str().filter(|_| is_missing) {
            put(context, draft, id, &Value::String(html::plain(html)));
        }
    }
}

/// The custom fields of an import, which have their names with them.
fn custom(draft: &mut Draft, values: &Value) {
    for field in values.as_array().into_iter().flatten() {
        let name = value::text(&field["fieldName"]);
        draft.field(&name, &value::text(&field["value"]));
    }
}

/// Who changed what and when, a line each.
fn history(context: &Context<'_>, draft: &mut Draft, changes: &Value) {
    let changes = changes.as_array().into_iter().flatten();
    let lines = changes.flat_map(|change| {
        let author = value::text(&change["author"]);
        let when = date::shown(&value::text(&change["created"]), context.order);
        let items = change["items"].as_array().into_iter().flatten();
        items.map(move |item| {
            let [field, from, to] =
                ["field", "fromString", "toString"].map(|name| value::text(&item[name]));
            signed(&author, &when, &format!("{field}: {from} \u{2192} {to}"))
        })
    });
    draft.field("history", &lines.collect::<Vec<_>>().join("\n"));
}

/// Each with who wrote it and when, where that is told.
fn comments(context: &Context<'_>, field: &Value) -> impl Iterator<Item = String> {
    let comments = match &field["comments"] {
        comments @ Value::Array(_) => comments,
        _ => field,
    };
    let comments = comments.as_array().into_iter().flatten();
    comments.filter_map(|comment| {
        let text = match &comment["body"] {
            Value::Null => document::text(comment),
            body => document::text(body),
        };
        let author = value::text(&comment["author"]);
        let when = date::shown(&value::text(&comment["created"]), context.order);
        (!text.is_empty()).then(|| signed(&author, &when, &text))
    })
}

/// A search result may hold the first comments only, and the number of all.
fn missing_comments(field: &Value) -> Option<u64> {
    let given = field["comments"].as_array().map_or(0, Vec::len);
    let total = field["total"].as_u64()?;
    total
        .checked_sub(given as u64)
        .filter(|missing| *missing > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields_of(ticket: &Ticket) -> impl Iterator<Item = (&str, &str)> {
        let fields = ticket.fields.iter();
        fields.map(|field| (&field.name[..], &field.value[..]))
    }

    #[test]
    fn an_issue_that_was_asked_for_as_html_with_its_history_is_read() {
        let context = Context {
            path: "t.json",
            names: &HashMap::new(),
            order: &Order::default(),
            links: &HashMap::new(),
        };
        let issue = json!({"key": "A-1",
            "fields": {"summary": "s", "project": {"key": "A", "name": "Pumps"}, "description": null,
                "comment": {"comments": [{"author": {"displayName": "Ada"}, "body": "one", "created": "2024-01-15T11:30:00.000+0100"}]}},
            "renderedFields": {"summary": "<b>s</b>", "description": "<p>It <b>leaks</b>.</p>"},
            "changelog": {"histories": [{"author": {"displayName": "Bob"}, "created": "some day",
                "items": [{"field": "status", "fromString": "Open", "toString": "Done"}]}]}});
        let ticket = ticket(&context, 1, "", &issue, &mut Notes::default()).expect("an issue");
        assert_eq!(ticket.description, "It leaks.");
        assert_eq!(ticket.comments, ["Ada, 2024-01-15T10:30:00Z: one"]);
        let fields: Vec<_> = fields_of(&ticket).collect();
        assert_eq!(
            fields,
            [
                ("project", "Pumps"),
                ("history", "Bob, some day: status: Open \u{2192} Done")
            ]
        );
    }

    #[test]
    fn every_field_that_says_something_is_in_the_ticket() {
        let names = HashMap::from([("customfield_1".to_owned(), "Root cause".to_owned())]);
        let context = Context {
            path: "t.json",
            names: &names,
            order: &Order::default(),
            links: &HashMap::new(),
        };
        let issue = json!({"key": "A-1", "id": "1", "self": "https://x/1", "fields": {
            "summary": "s",
            "environment": null,
            "fixVersions": [{"name": "2.0", "self": "https://x/2"}, {"name": "2.1"}],
            "customfield_1": {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "rust"}]}]},
            "customfield_2": ["com.atlassian.greenhopper.service.sprint.Sprint@1f[id=7,state=ACTIVE,name=Sprint 12, late,goal=]"],
            "customfield_3": {"value": "EMEA", "child": {"value": "Oslo"}},
            "issuelinks": [{"type": {"inward": "is blocked by", "outward": "blocks"},
                "inwardIssue": {"key": "A-9", "fields": {"summary": "valve", "status": {"name": "Open"}}}}],
            "parent": {"key": "A-7", "fields": {"summary": "Epic of pumps"}},
            "watches": {"watchCount": 3},
            "created": "yesterday",
            "comment": {"comments": [{"body": "one"}], "total": 4},
        }});
        let mut notes = Notes::default();
        let ticket = ticket(&context, 1, "", &issue, &mut notes).expect("an issue");
        let seen: Vec<_> = fields_of(&ticket).collect();
        assert_eq!(
            seen,
            [
                ("fixVersions", "2.0, 2.1"),
                ("Root cause", "rust"),
                ("customfield_2", "Sprint 12, late"),
                ("customfield_3", "EMEA / Oslo"),
                ("issuelinks", "is blocked by A-9 valve"),
                ("parent", "A-7 Epic of pumps"),
                ("created", "yesterday"),
            ]
        );
        let told: Vec<_> = notes
            .groups
            .iter()
            .map(|group| &group.places[0].1[..])
            .collect();
        assert_eq!(told, ["3", "yesterday"]);
    }
}
