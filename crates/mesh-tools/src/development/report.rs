//! The findings as text that can be read on its own.

use crate::development::gather::Evidence;
use crate::development::lead::Lead;

pub(super) fn analysis(
    task: &str,
    leads: &[Lead],
    evidence: &Evidence,
    not_indexed: &[&str],
) -> String {
    let mut parts = vec![first(task, leads)];
    parts.push(found(evidence));
    if !evidence.tests.is_empty() {
        parts.push(tests(evidence));
    }
    if !not_indexed.is_empty() {
        parts.push(format!(
            "Not indexed on this server, so not searched: {}.",
            not_indexed.join(", ")
        ));
    }
    if !evidence.incomplete.is_empty() {
        parts.push(format!("Incomplete: {}.", evidence.incomplete.join("; ")));
    }
    parts.join("\n\n")
}

fn first(task: &str, leads: &[Lead]) -> String {
    if leads.is_empty() {
        return format!(
            "Nothing that was searched matches the task \"{task}\". Try the names of the parts it touches."
        );
    }
    let mut text = format!("Look first, for \"{task}\":");
    for (number, lead) in (1..).zip(leads) {
        text.push_str(&format!(
            "\n{number}. {}: {}. [{}]",
            lead.what, lead.why, lead.reference
        ));
    }
    text
}

fn found(evidence: &Evidence) -> String {
    format!(
        "Found {} passages of documents, {} tickets, {} commits and {} places in code; the words and names in common are the \
         only evidence.",
        evidence.passages.len(),
        evidence.tickets.len(),
        evidence.commits.len(),
        evidence.code.len()
    )
}

fn tests(evidence: &Evidence) -> String {
    let mut text = "Tests about the same:".to_owned();
    for hit in &evidence.tests {
        let test = format!("\n- {} {}", hit.place(), hit.item.symbol);
        text.push_str(test.trim_end());
    }
    text
}
