//! All kinds searched at once. What does not come in time is left out and named.

use std::sync::atomic::{AtomicU32, Ordering};

use futures::future::{OptionFuture, join3, join5};
use mesh_index::{
    CodeFilter, CodePassage, Commit, CommitFilter, DEFAULT_THRESHOLD_KNOWLEDGE, Hit, Kind, Ticket,
};

use crate::context::Context;
use crate::development::finding::Finding;
use crate::development::in_database;
use crate::development::passages::{self, FoundPassage};
use crate::error::ToolError;
use crate::evidence::{self, EvidenceQuery};
use crate::field::Score;
use crate::filtered;
use crate::knowledge::{self, Citation};
use crate::retrieval::{DATABASE, Ranked, SearchSource, VECTOR_STORE, asked, has_index};

pub(super) struct Evidence {
    pub(super) passages: Vec<FoundPassage>,
    pub(super) tickets: Vec<Finding<Ticket>>,
    pub(super) commits: Vec<Finding<Commit>>,
    pub(super) code: Vec<Finding<CodePassage>>,
    pub(super) tests: Vec<Finding<CodePassage>>,
    /// What could not be searched, and why.
    pub(super) incomplete: Vec<String>,
}

impl Evidence {
    fn is_empty(&self) -> bool {
        self.passages.is_empty()
            && self.tickets.is_empty()
            && self.commits.is_empty()
            && self.code.is_empty()
    }
}

const EACH: usize = 6;
/// How many searches of the index share the time there is.
const SEARCHES: u32 = 5;

/// # Errors
/// When a search failed and the others found nothing: that nothing matches would be a guess.
pub(super) async fn gather(
    cx: &Context<'_>,
    task: &str,
    names: &[String],
) -> Result<Evidence, ToolError> {
    let cx = &cx.until(cx.request.deadline.soft());
    let has_database = cx.vendors_with(DATABASE).is_some();
    let has_store = cx.vendors_with(VECTOR_STORE).is_some();
    let step = Step {
        done: AtomicU32::default(),
        of: SEARCHES + u32::from(has_database) + u32::from(has_store),
    };
    let by_words = || EvidenceQuery::about(task, &[], EACH);
    let by_names = || EvidenceQuery::about(task, names, EACH);
    let index = join5(
        step.after(cx, "knowledge", evidence::passages(cx, by_words())),
        step.after(cx, "tickets", evidence::tickets(cx, by_words())),
        step.after(
            cx,
            "commits",
            evidence::commits(cx, by_names(), CommitFilter::default()),
        ),
        step.after(
            cx,
            "code",
            evidence::code(cx, by_names(), CodeFilter::default()),
        ),
        step.after(cx, "tests", tests(cx, task, names)),
    );
    let database = Box::pin(in_database::search(cx, task, EACH));
    let database = has_database.then(|| step.after(cx, SearchSource::Database.spoken(), database));
    let store = Box::pin(in_vector_store(cx, task));
    let store = has_store.then(|| step.after(cx, SearchSource::VectorStore.spoken(), store));
    let vendors = (OptionFuture::from(database), OptionFuture::from(store));
    let (index, database, store) = join3(index, vendors.0, vendors.1).await;
    let (passages, tickets, commits, code, tests) = index;
    let database = database.unwrap_or_default();
    let mut sift = Sift::default();
    let passages = passages::merge(
        cx.services.corpus(),
        sift.take("knowledge", passages),
        // The database before the store: it looks for the words, too.
        [
            sift.take("knowledge of the database", database.passages),
            sift.take(
                "knowledge of the vector store",
                store.unwrap_or(Ok(Vec::new())),
            ),
        ],
        EACH,
    );
    let tickets = Finding::merge(
        sift.take("tickets", tickets),
        sift.take("tickets of the database", database.tickets),
        EACH,
        |a, b| a.key == b.key,
    );
    let commits = Finding::merge(
        sift.take("commits", commits),
        sift.take("commits of the database", database.commits),
        EACH,
        |a, b| a.hash == b.hash,
    );
    let code = sift.take("code", code);
    let files = sift.take("code of the database", database.code);
    let is_in_tests = |found: &&Ranked<CodePassage>| is_test(&found.item);
    let in_tests = files.iter().filter(is_in_tests).cloned().collect();
    let evidence = Evidence {
        passages,
        tickets,
        commits,
        code: Finding::merge(code, files, EACH, is_same_file),
        tests: Finding::merge(sift.take("tests", tests), in_tests, EACH, is_same_file),
        incomplete: sift.incomplete,
    };
    match sift.fault {
        Some(fault) if evidence.is_empty() => Err(fault),
        Some(ToolError::DeadlineExceeded { .. }) => {
            cx.services.metrics.deadline_exceeded();
            Ok(evidence)
        }
        _ => Ok(evidence),
    }
}

async fn in_vector_store(cx: &Context<'_>, task: &str) -> Result<Vec<Ranked<Citation>>, ToolError> {
    let wanted = filtered::SourceQuery {
        text: task.to_owned(),
        limit: EACH,
        threshold: Score::new(DEFAULT_THRESHOLD_KNOWLEDGE),
        vector: None,
    };
    let search = Box::pin(knowledge::in_vector_store(cx, &wanted));
    asked(SearchSource::VectorStore, cx, search).await.found
}

/// The database has files, the index stretches of them.
fn is_same_file(one: &CodePassage, other: &CodePassage) -> bool {
    one.path == other.path && one.repository == other.repository
}

/// Tests are code by where they lie or what they hold; the index has no mark for them, so more is asked for and sifted.
async fn tests(
    cx: &Context<'_>,
    task: &str,
    names: &[String],
) -> Result<Vec<Hit<CodePassage>>, ToolError> {
    let more = EvidenceQuery::about(task, names, EACH * 8);
    let mut hits = evidence::code(cx, more, CodeFilter::default()).await?;
    hits.retain(|hit| is_test(&hit.item));
    hits.truncate(EACH);
    Ok(hits)
}

pub(super) fn is_test(passage: &CodePassage) -> bool {
    let path = passage.path.to_lowercase();
    let mut parts = path.split(|c: char| !c.is_alphanumeric());
    let by_place = parts.any(|part| matches!(part, "test" | "tests" | "spec" | "specs" | "e2e"));
    let signs = [
        "#[test]",
        "#[tokio::test]",
        "def test_",
        "@Test",
        "func Test",
    ];
    by_place || signs.iter().any(|sign| passage.text.contains(sign))
}

/// Counts the searches that have ended, whichever ends first.
struct Step {
    done: AtomicU32,
    of: u32,
}

impl Step {
    async fn after<T>(&self, cx: &Context<'_>, what: &str, search: impl Future<Output = T>) -> T {
        let result = search.await;
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let message = format!("searched {what}");
        cx.progress(f64::from(done), f64::from(self.of), &message)
            .await;
        result
    }
}

#[derive(Default)]
struct Sift {
    incomplete: Vec<String>,
    fault: Option<ToolError>,
}

impl Sift {
    fn take<T>(&mut self, what: &str, result: Result<Vec<T>, ToolError>) -> Vec<T> {
        result.unwrap_or_else(|error| {
            self.incomplete.push(format!("{what}: {error}"));
            // One that is late is counted, whatever else went wrong.
            if !matches!(self.fault, Some(ToolError::DeadlineExceeded { .. })) {
                self.fault = Some(error);
            }
            Vec::new()
        })
    }
}

/// Kinds that no source here has anything of, by the names of [`Evidence`].
pub(super) fn not_indexed(cx: &Context<'_>) -> Vec<&'static str> {
    let kinds = [
        (Kind::Knowledge, "knowledge"),
        (Kind::Ticket, "tickets"),
        (Kind::Commit, "commits"),
        (Kind::Code, "code"),
    ];
    let has_database = cx.vendors_with(DATABASE).is_some();
    let is_indexed = |kind| has_index(cx, kind);
    let has_store = cx.vendors_with(VECTOR_STORE).is_some();
    let has = |kind| is_indexed(kind) || has_database || has_store && kind == Kind::Knowledge;
    kinds
        .into_iter()
        .filter(|(kind, _)| !has(*kind))
        .map(|(_, name)| name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_come_in_time_is_named_and_the_rest_is_kept() {
        let mut sift = Sift::default();
        assert_eq!(sift.take("code", Ok(vec![1])), [1]);
        let late = ToolError::DeadlineExceeded {
            budget: std::time::Duration::from_secs(9),
            slow: "the corpus",
        };
        assert_eq!(sift.take::<u8>("tickets", Err(late)), [0; 0]);
        assert_eq!(
            sift.incomplete,
            [
                "tickets: no answer within 9 s: the corpus took too long; narrow the request or try again"
            ]
        );
    }
}
