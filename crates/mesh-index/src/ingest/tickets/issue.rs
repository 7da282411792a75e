use std::collections::HashMap;

use serde_json::Value;

use super::date::{self, Order};
use super::{document, project_of, value};
use crate::ingest::lines::clamp;
use crate::ingest::notes::{Notes, Place};
use crate::record::{Ticket, TicketField};

/// Fields that have a place of their own in a ticket.
const PLACED: [&str; 13] = [
    "summary",
    "description",
    "status",
    "priority",
    "project",
    "issuetype",
    "assignee",
    "reporter",
    "labels",
    "components",
    "created",
    "updated",
    "comment",
];

/// Beside the fields of an issue that has no `fields`: what the interface adds, and not people.
const ADDED: [&str; 9] = [
    "id",
    "self",
    "key",
    "expand",
    "names",
    "schema",
    "changelog",
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

/// An issue as Jira's REST interface gives it; `None` where it has no key. `number` counts from 1.
pub(super) fn ticket(
    context: &Context<'_>,
    number: u64,
    issue: &Value,
    notes: &mut Notes,
) -> Option<Ticket> {
    let key = issue["key"].as_str().filter(|key| !key.is_empty())?;
    let fields = fields(issue);
    let mut others = others(context, fields);
    let place = || Place::Nth("issue".into(), number);
    let [created, updated] = ["created", "updated"].map(|name| {
        let text = value::text(&fields[name]);
        let date = date::noted(&text, context.order, place(), notes);
        if date.is_empty() {
            others.extend(field(context, name, text));
        }
        date
    });
    let project = fields["project"]["key"]
        .as_str()
        .map(str::to_ascii_uppercase);
    let comments = comments(&fields["comment"]);
    if let Some(missing) = missing_comments(&fields["comment"], comments.len()) {
        let what = "comments that the export leaves out";
        notes.remark(place(), what, &missing.to_string());
    }
    Some(Ticket {
        key: key.to_owned(),
        summary: value::text(&fields["summary"]),
        description: document::text(&fields["description"]),
        status: value::text(&fields["status"]),
        priority: value::text(&fields["priority"]),
        project: project.unwrap_or_else(|| project_of(key)),
        issue_type: value::text(&fields["issuetype"]),
        assignee: value::text(&fields["assignee"]),
        reporter: value::text(&fields["reporter"]),
        labels: value::list(&fields["labels"]),
        components: value::list(&fields["components"]),
        created,
        updated,
        comments,
        fields: others,
        path: context.path.to_owned(),
        line: clamp(usize::try_from(number).unwrap_or(usize::MAX)),
    })
}

fn others(context: &Context<'_>, fields: &Value) -> Vec<TicketField> {
    let all = fields.as_object().into_iter().flatten();
    all.filter(|(id, _)| {
        let known = [&PLACED[..], &ADDED, &COUNTED];
        !known.iter().any(|names| names.contains(&id.as_str()))
    })
    .filter_map(|(id, value)| field(context, id, value::text(value)))
    .collect()
}

fn field(context: &Context<'_>, id: &str, value: String) -> Option<TicketField> {
    let name = context.names.get(id).cloned();
    (!value.is_empty()).then(|| TicketField {
        name: name.unwrap_or_else(|| id.to_owned()),
        value,
    })
}

fn comments(field: &Value) -> Vec<String> {
    let comments = match &field["comments"] {
        comments @ Value::Array(_) => comments,
        _ => field,
    };
    let texts = comments.as_array().into_iter().flatten();
    texts
        .map(|comment| match &comment["body"] {
            Value::Null => document::text(comment),
            body => document::text(body),
        })
        .filter(|text| !text.is_empty())
        .collect()
}

/// A search result may hold the first comments only, and the number of all.
fn missing_comments(field: &Value, found: usize) -> Option<u64> {
    let given = field["comments"].as_array().map_or(found, Vec::len);
    let total = field["total"].as_u64()?;
    total
        .checked_sub(given as u64)
        .filter(|missing| *missing > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_field_that_says_something_is_in_the_ticket() {
        let names = HashMap::from([("customfield_1".to_owned(), "Root cause".to_owned())]);
        let context = Context {
            path: "t.json",
            names: &names,
            order: &Order::default(),
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
        let ticket = ticket(&context, 1, &issue, &mut notes).expect("an issue");
        let seen: Vec<_> = ticket
            .fields
            .iter()
            .map(|field| (&field.name[..], &field.value[..]))
            .collect();
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
        assert_eq!(told, ["yesterday", "3"]);
    }
}
