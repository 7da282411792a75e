use mesh_index::{Kind, Ticket};

use super::fact;
use crate::reading::{Address, Rendered};

pub(crate) fn render(ticket: &Ticket) -> Rendered {
    let title = format!("{}: {}", ticket.key, ticket.summary);
    let mut whole = Rendered {
        address: Address::new(Kind::Ticket, ticket.key.clone()),
        text: format!("# {title}\n\n"),
        title,
        path: format!("{}:{}", ticket.path, ticket.line),
        media_type: "text/markdown",
        marks: Vec::new(),
    };
    let facts = [
        ("Project", &ticket.project),
        ("Type", &ticket.issue_type),
        ("Status", &ticket.status),
        ("Priority", &ticket.priority),
        ("Assignee", &ticket.assignee),
        ("Reporter", &ticket.reporter),
        ("Labels", &ticket.labels.join(", ")),
        ("Components", &ticket.components.join(", ")),
        ("Created", &ticket.created),
        ("Updated", &ticket.updated),
    ];
    for (name, value) in facts {
        fact(&mut whole.text, name, value);
    }
    for field in &ticket.fields {
        fact(&mut whole.text, &field.name, &field.value);
    }
    if !ticket.description.trim().is_empty() {
        whole.part("Description");
        let description = ticket.description.trim();
        whole.text.push_str(&format!("{description}\n"));
    }
    if !ticket.comments.is_empty() {
        whole.part("Comments");
        whole.text.push_str(&ticket.comments.join("\n\n---\n\n"));
        whole.text.push('\n');
    }
    whole
}
