use futures::future::BoxFuture;
use mesh_index::{DEFAULT_THRESHOLD_KNOWLEDGE, Kind};

use crate::context::Context;
use crate::error::ToolError;
use crate::evidence::{self, EvidenceQuery};
use crate::needs::Needs;
use crate::prompt::{Argument, Given, Message, Presence, Prompt};
use crate::prompts::excerpt::{RULE, numbered, section};

pub(super) const PROMPT: Prompt = Prompt {
    name: "answer_with_citations",
    title: "Answer with citations",
    description: "Answers a question from the indexed documents only, each statement with the number of its source.",
    arguments: &[Argument {
        name: "question",
        description: "What you want to know.",
        presence: Presence::Required,
        complete: None,
    }],
    needs: Needs::Corpus(Kind::Knowledge),
    render,
};

const PASSAGES: usize = 6;

fn render<'a>(cx: Context<'a>, given: &'a Given) -> BoxFuture<'a, Result<Vec<Message>, ToolError>> {
    Box::pin(async move {
        let question = given.text("question");
        let hits = evidence::passages(
            &cx,
            EvidenceQuery::answering(question, PASSAGES, DEFAULT_THRESHOLD_KNOWLEDGE),
        )
        .await?;
        let found = !hits.is_empty();
        let task = if found {
            "Answer the question from the numbered passages. Put the number of its passage, like [1], after each statement, \
             and end with the list of sources used. If the passages do not answer it, say \"not found in the knowledge \
             base\" and nothing else about the subject."
        } else {
            "Nothing in the knowledge base matches this question. Say \"not found in the knowledge base\", and suggest other \
             words to ask with. Do not answer from memory."
        };
        let passages = section("Passages", numbered(hits));
        Ok(vec![Message::user(format!(
            "{task}\n\n{RULE}\n\n## Question\n\n{question}\n\n{passages}"
        ))])
    })
}
