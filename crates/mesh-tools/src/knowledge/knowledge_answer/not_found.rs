use mesh_index::Kind;

use super::KnowledgeAnswer;
use crate::context::Context;
use crate::knowledge::Citation;
use crate::knowledge::answer::Strategy;
use crate::knowledge::miss::Miss;
use crate::retrieval::{SearchSource, SearchedSource};

impl KnowledgeAnswer {
    pub(super) fn miss<'a>(&self, cx: &'a Context<'_>, nearest: &[Citation]) -> Miss<'a> {
        let (unsearched, searched) = self.by_outcome();
        let others = searched.iter().filter(|name| **name != SearchSource::Index);
        Miss {
            best: self.score,
            threshold: self.metadata.threshold,
            documents: match searched.contains(&SearchSource::Index) {
                true => indexed(cx),
                false => 0,
            },
            others: others.map(|name| name.spoken()).collect(),
            nearest: nearest.iter().map(Citation::place).collect(),
            elsewhere: elsewhere(cx),
            unsearched: unsearched.into_iter().map(SearchSource::spoken).collect(),
        }
    }

    /// The sources that failed, and those that answered.
    fn by_outcome(&self) -> (Vec<SearchSource>, Vec<SearchSource>) {
        let (failed, answered): (Vec<_>, Vec<_>) = self
            .sources
            .iter()
            .partition(|source| source.error.is_some());
        let names =
            |sources: Vec<&SearchedSource>| sources.into_iter().map(|one| one.name).collect();
        (names(failed), names(answered))
    }

    /// What is said where the model found no answer in what it read.
    pub(super) fn unanswered(&self) -> String {
        let read = self.citations.len();
        let mut text = format!(
            "not found in the knowledge base: the {read} closest passages (in `citations`) do not answer the question, as far as \
             the model that read them can tell."
        );
        if self.metadata.total_results > read && self.strategy != Strategy::Comprehensive {
            text.push_str(" Ask with `strategy` `comprehensive` to have more of them read.");
        }
        let (failed, _) = self.by_outcome();
        if !failed.is_empty() {
            let failed: Vec<_> = failed.into_iter().map(SearchSource::spoken).collect();
            text.push_str(&format!(
                " It may be in what could not be searched: {} (`sources` says why).",
                failed.join(", ")
            ));
        }
        text
    }
}

/// How many documents the index has.
fn indexed(cx: &Context<'_>) -> u64 {
    let corpus = cx.services.corpus();
    let count = corpus.and_then(|corpus| corpus.count(Kind::Knowledge));
    count.map_or(0, |count| count.documents)
}

/// The tools listed here that search the other kinds.
fn elsewhere(cx: &Context<'_>) -> Vec<&'static str> {
    let tools = [
        "search_jira_tickets",
        "search_git_commits",
        "search_code_files",
        "search_outlook_emails",
    ];
    let is_listed = |tool: &&str| cx.view.tool(tool).is_some();
    tools.into_iter().filter(is_listed).collect()
}
