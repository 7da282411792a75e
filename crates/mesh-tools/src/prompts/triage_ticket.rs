use futures::future::{BoxFuture, try_join4};
use mesh_index::{CodeFilter, CommitFilter, Kind, Ticket};

use crate::context::Context;
use crate::error::ToolError;
use crate::evidence::{self, EvidenceQuery};
use crate::needs::Needs;
use crate::prompt::{Argument, Given, Message, Presence, Prompt};
use crate::prompts::excerpt::{RULE, code, commit, passage, quoted, section, ticket};
use crate::resources::{complete_ticket, find_ticket};

pub(super) const PROMPT: Prompt = Prompt {
    name: "triage_ticket",
    title: "Triage a ticket",
    description: "Puts a ticket beside similar ones and the documents, commits and code about it, and asks for a triage.",
    arguments: &[Argument {
        name: "key",
        description: "The ticket's key, e.g. AOMA-123.",
        presence: Presence::Required,
        complete: Some(complete_ticket),
    }],
    needs: Needs::Corpus(Kind::Ticket),
    render,
};

const TASK: &str = "Triage this ticket. Say in a few lines each: (1) what it is about, (2) whether a similar ticket makes it \
    a duplicate or shows the cause, (3) severity and who or what is affected, (4) where in the code or in which procedure to \
    look first, (5) who seems to know about it, (6) the next step and what to ask the reporter.";

const EACH: usize = 5;

fn render<'a>(cx: Context<'a>, given: &'a Given) -> BoxFuture<'a, Result<Vec<Message>, ToolError>> {
    Box::pin(async move {
        let subject = find_ticket(&cx, given.text("key")).await?;
        let about = || EvidenceQuery::about(&subject.summary, &[], EACH);
        // Commits and code name the tickets they are for.
        let key = [subject.key.clone()];
        let with_key = || EvidenceQuery::about(&subject.summary, &key, EACH);
        let (tickets, passages, commits, places) = try_join4(
            evidence::tickets(&cx, about().except(&subject.key)),
            evidence::passages(&cx, about()),
            evidence::commits(&cx, with_key(), CommitFilter::default()),
            evidence::code(&cx, with_key(), CodeFilter::default()),
        )
        .await?;
        let parts = [
            format!("{TASK}\n\n{RULE}\n"),
            whole(&subject),
            section("Similar tickets", tickets.iter().map(ticket)),
            section("Documents", passages.into_iter().map(passage)),
            section("Commits", commits.iter().map(commit)),
            section("Code", places.iter().map(code)),
        ];
        Ok(vec![Message::user(parts.join("\n"))])
    })
}

fn whole(ticket: &Ticket) -> String {
    let facts = [
        ("Type", &ticket.issue_type),
        ("Status", &ticket.status),
        ("Priority", &ticket.priority),
        ("Assignee", &ticket.assignee),
        ("Reporter", &ticket.reporter),
        ("Created", &ticket.created),
        ("Updated", &ticket.updated),
    ];
    let mut text = format!("## {}: {}\n\n", ticket.key, ticket.summary);
    for (name, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
        text.push_str(&format!("- {name}: {value}\n"));
    }
    text.push_str(&format!("\n{}\n", quoted(&ticket.description)));
    for comment in &ticket.comments {
        text.push_str(&format!("\nComment:\n{}\n", quoted(comment)));
    }
    text
}
