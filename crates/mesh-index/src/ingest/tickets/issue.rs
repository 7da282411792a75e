use serde_json::Value;

use super::{date, document, project_of};
use crate::ingest::notes::{Notes, Place};
use crate::record::Ticket;

/// An issue as Jira's REST interface gives it; `None` where it has no key. `number` counts from 1.
pub(super) fn ticket(path: &str, number: u32, issue: &Value, notes: &mut Notes) -> Option<Ticket> {
    let key = issue["key"].as_str().filter(|key| !key.is_empty())?;
    let fields = if issue["fields"].is_object() {
        &issue["fields"]
    } else {
        issue
    };
    let project = fields["project"]["key"]
        .as_str()
        .map(str::to_ascii_uppercase);
    let mut date = |name: &str| {
        let place = Place::Nth("issue".into(), number.into());
        date::noted(&named(&fields[name]), place, notes)
    };
    let (created, updated) = (date("created"), date("updated"));
    Some(Ticket {
        key: key.to_owned(),
        summary: named(&fields["summary"]),
        description: document::text(&fields["description"]),
        status: named(&fields["status"]),
        priority: named(&fields["priority"]),
        project: project.unwrap_or_else(|| project_of(key)),
        issue_type: named(&fields["issuetype"]),
        assignee: named(&fields["assignee"]),
        reporter: named(&fields["reporter"]),
        labels: list(&fields["labels"], named),
        components: list(&fields["components"], named),
        created,
        updated,
        comments: comments(&fields["comment"]),
        path: path.to_owned(),
        line: number,
    })
}

/// A string, or what an object is called.
fn named(field: &Value) -> String {
    ["displayName", "name", "value"]
        .iter()
        .find_map(|name| field[*name].as_str())
        .or(field.as_str())
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn comments(field: &Value) -> Vec<String> {
    let comments = if field["comments"].is_array() {
        &field["comments"]
    } else {
        field
    };
    list(comments, |comment| match &comment["body"] {
        Value::Null => document::text(comment),
        body => document::text(body),
    })
}

fn list(field: &Value, text: impl Fn(&Value) -> String) -> Vec<String> {
    let values = field.as_array().into_iter().flatten();
    values.map(text).filter(|text| !text.is_empty()).collect()
}
