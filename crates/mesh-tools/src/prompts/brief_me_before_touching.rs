use futures::future::{BoxFuture, try_join, try_join3};
use mesh_index::{CodeFilter, CodePassage, CommitFilter, Hit};

use crate::context::Context;
use crate::error::ToolError;
use crate::evidence::{self, EvidenceQuery};
use crate::needs::Needs;
use crate::prompt::{Argument, Given, Message, Presence, Prompt};
use crate::prompts::excerpt::{RULE, code, commit, passage, section, ticket};

pub(super) const PROMPT: Prompt = Prompt {
    name: "brief_me_before_touching",
    title: "Brief me before touching a file",
    description: "Gathers the history of a file, its code, and the tickets and documents about it, and asks for a briefing.",
    arguments: &[Argument {
        name: "path",
        description: "The file's path or the end of it, e.g. src/deadline.rs.",
        presence: Presence::Required,
        complete: None,
    }],
    needs: Needs::ANY_CORPUS,
    render,
};

const TASK: &str = "Brief me before I change this file: (1) what it is for and what depends on it, (2) how it came to be as \
    it is: the changes that matter and their reasons, (3) open or past problems with it, (4) what the documents promise \
    about it, (5) what is easily broken and which tests to run, (6) whom to ask.";

const COMMITS: usize = 10;
const PLACES: usize = 8;
const EACH: usize = 4;

fn render<'a>(cx: Context<'a>, given: &'a Given) -> BoxFuture<'a, Result<Vec<Message>, ToolError>> {
    Box::pin(async move {
        let path = given.text("path").trim().trim_start_matches("./");
        let (commits, places) = try_join(
            evidence::commits(&cx, EvidenceQuery::newest(COMMITS), changing(path)),
            evidence::code(
                &cx,
                EvidenceQuery::answering(path, PLACES, 0.0),
                within(path),
            ),
        )
        .await?;
        let about = about(path, &places);
        let (tickets, passages, mentions) = try_join3(
            evidence::tickets(&cx, about.clone()),
            evidence::passages(&cx, about.clone()),
            evidence::code(&cx, about, CodeFilter::default()),
        )
        .await?;
        let elsewhere = mentions.iter().filter(|hit| !hit.item.path.ends_with(path));
        if commits.is_empty() && places.is_empty() && tickets.is_empty() && passages.is_empty() {
            return Err(unknown(path));
        }
        let parts = [
            format!("{TASK}\n\n{RULE}\n\nThe file: {path}\n"),
            section("The file's code", places.iter().map(code)),
            section("Its latest commits", commits.iter().map(commit)),
            section("Other code about the same", elsewhere.map(code)),
            section("Tickets", tickets.iter().map(ticket)),
            section("Documents", passages.into_iter().map(passage)),
        ];
        Ok(vec![Message::user(parts.join("\n"))])
    })
}

fn changing(path: &str) -> CommitFilter {
    CommitFilter {
        path: Some(path.to_owned()),
        ..CommitFilter::default()
    }
}

fn within(path: &str) -> CodeFilter {
    CodeFilter {
        path: Some(path.to_owned()),
        ..CodeFilter::default()
    }
}

/// The file's name without its ending, and what it defines.
fn about(path: &str, places: &[Hit<CodePassage>]) -> EvidenceQuery {
    let name = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(path);
    // `.gitignore` is all name.
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = if stem.is_empty() { name } else { stem };
    let symbols = places.iter().map(|hit| hit.item.symbol.clone());
    let mut names: Vec<_> = symbols
        .filter(|symbol| !symbol.is_empty())
        .take(EACH)
        .collect();
    names.push(name.to_owned());
    EvidenceQuery::about(&stem.replace(['_', '-'], " "), &names, EACH)
}

fn unknown(path: &str) -> ToolError {
    ToolError::NotFound(format!(
        "nothing that was indexed is about `{path}`; give a part of a path that `search_code_files` returns"
    ))
}
