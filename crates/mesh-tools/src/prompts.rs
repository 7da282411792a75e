//! What a person picks from a menu: each carries what the corpus has, so that the model answers from it and not from memory.

mod answer_with_citations;
mod brief_me_before_touching;
mod excerpt;
mod triage_ticket;

use crate::prompt::Prompt;

pub static PROMPTS: &[Prompt] = &[
    answer_with_citations::PROMPT,
    triage_ticket::PROMPT,
    brief_me_before_touching::PROMPT,
];
