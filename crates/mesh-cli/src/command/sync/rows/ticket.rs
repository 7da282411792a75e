use mesh_index::{Corpus, Kind, Linked, Record, Ticket};
use mesh_tools::reading::Written;
use serde_json::json;

use super::{Row, known};

pub(super) fn row(corpus: &Corpus, ticket: Ticket) -> Option<Row> {
    let url = corpus.link(Linked::Ticket(&ticket));
    let record = [Record::Ticket(ticket)];
    let written = Written::of(&record, Kind::Ticket)?;
    let [Record::Ticket(ticket)] = record else {
        return None;
    };
    let parts = [&ticket.description].into_iter().chain(&ticket.comments);
    let parts: Vec<_> = parts.map(String::as_str).collect();
    let columns = json!({
        "external_id": ticket.key,
        "title": ticket.summary,
        // What was said of it is searched for as well.
        "description": parts.join("\n\n").trim(),
        "status": ticket.status,
        "priority": ticket.priority,
        "metadata": {
            "projectKey": ticket.project,
            "issueType": ticket.issue_type,
            "assignee": ticket.assignee,
            "reporter": ticket.reporter,
            "labels": ticket.labels,
            "components": ticket.components,
            "created": known(&ticket.created),
            "updated": known(&ticket.updated),
            "path": written.path,
            "uri": written.uri,
            "url": url,
        },
    });
    // The columns take no null.
    let now = jiff::Timestamp::now().to_string();
    let updated = known(&ticket.updated).or(known(&ticket.created));
    let updated = updated.unwrap_or(&now);
    let created = known(&ticket.created).unwrap_or(updated);
    let dates = json!({"created_at": created, "updated_at": updated});
    Some(Row::new(&written.text, columns, dates))
}
