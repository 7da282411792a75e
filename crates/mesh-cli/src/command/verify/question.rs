//! One real question: what the corpus lists is looked for, found and read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::call::call;
use super::door::Admission;
use super::expected::Expected;
use super::report::{Finding, Report};
use super::resources::read;
use super::shape;
use super::target::Target;
use super::told::Told;
use crate::client::Conversation;

const KNOWLEDGE: &str = "query_aoma_knowledge";

/// In no language and no document.
const NONSENSE: &str = "vexqorblim zuthandrik";

/// The lists of what there is: a list's address, its member, the member with a title and the one with an address.
const LISTS: [[&str; 4]; 2] = [
    ["aoma://knowledge-base", "documents", "title", "uri"],
    ["jira://tickets", "tickets", "summary", "uri"],
];

/// The searches that, given a filter and no words, list the newest: a tool and the member with a title.
const NEWEST: [[&str; 2]; 2] = [
    ["search_git_commits", "message"],
    ["search_outlook_emails", "subject"],
];

pub(super) async fn check(
    report: &mut Report,
    target: &Target,
    admission: &Admission,
    expected: &Expected,
    told: &Told,
) {
    let questions = &expected.expect_found;
    let check = async {
        let Some(tools) = told.tools.first() else {
            return Finding::fail("no list of tools was told: see above");
        };
        let asked = target.conversing(async |opened| answers(opened, questions, tools).await);
        match asked.await {
            Ok(Some(found)) => Finding::ok(found),
            Ok(None) => Finding::warn(
                "nothing was asked: the corpus lists no title; say what must be found with `--expect-found QUESTION`",
            ),
            Err(why) => expected.versions().judge(why),
        }
    };
    report.make_inside("question", admission, check).await;
}

async fn answers(
    opened: &mut Conversation,
    questions: &[String],
    tools: &BTreeSet<String>,
) -> Result<Option<String>, String> {
    let has_knowledge = tools.contains(KNOWLEDGE);
    if has_knowledge {
        let answer = call(opened, KNOWLEDGE, json!({"query": NONSENSE})).await?;
        if answer["found"] != false {
            return Err(format!(
                "`{KNOWLEDGE}` finds words that nobody wrote: {}",
                answer["found"]
            ));
        }
    }
    for question in questions {
        let place = if has_knowledge {
            known(opened, question).await?
        } else {
            first(&searched(opened, question).await?)?.to_owned()
        };
        fetched(opened, &place).await?;
    }
    if !questions.is_empty() {
        return Ok(Some(format!("found: {}", questions.join("; "))));
    }
    let Some(thing) = thing(opened, tools).await? else {
        return Ok(None);
    };
    let place = thing.found(opened).await?;
    fetched(opened, &place).await?;
    if has_knowledge && thing.is_document {
        known(opened, &thing.title).await?;
    }
    Ok(Some(format!(
        "found by its title, and read: {}",
        thing.title
    )))
}

/// Something that the corpus has, by its own list.
struct Thing {
    title: String,
    uri: Option<String>,
    is_document: bool,
}

impl Thing {
    /// The address under which a search for its title finds it.
    async fn found(&self, opened: &mut Conversation) -> Result<String, String> {
        let rows = searched(opened, &self.title).await?;
        let is_it = |row: &&Value| {
            let starts = |member: &str, with: &str| {
                row[member]
                    .as_str()
                    .is_some_and(|text| text.starts_with(with))
            };
            self.uri.as_ref().is_some_and(|uri| starts("id", uri))
                || row["title"]
                    .as_str()
                    .is_some_and(|title| title.contains(&self.title))
        };
        let row = rows.iter().find(is_it).ok_or_else(|| {
            format!(
                "`{}`, which the corpus lists, is not among what `search` finds for it",
                self.title
            )
        })?;
        Ok(shape::text(row, "id")?.to_owned())
    }
}

/// What is longer is no title, and may be more than a search takes.
const MAX_TITLE: usize = 200;

/// The thing with the longest title among the first that are listed: short ones are common.
async fn thing(
    opened: &mut Conversation,
    tools: &BTreeSet<String>,
) -> Result<Option<Thing>, String> {
    let page = opened.request("resources/list", json!({})).await;
    let page = page.map_err(|fault| format!("`resources/list`: {fault}"))?;
    let has = |uri: &str| {
        let resources = page["resources"].as_array().into_iter().flatten();
        resources.into_iter().any(|resource| resource["uri"] == uri)
    };
    for [list, member, title, uri] in LISTS {
        if has(list) {
            let text = read(opened, list).await?;
            let listed: Value = serde_json::from_str(&text).unwrap_or_default();
            let thing = longest(&listed[member], title, uri);
            let thing = thing.ok_or_else(|| format!("`{list}` lists nothing with a {title}"))?;
            let is_document = member == "documents";
            return Ok(Some(Thing {
                is_document,
                ..thing
            }));
        }
    }
    for [tool, title] in NEWEST {
        if tools.contains(tool) {
            let filter = json!({"query": "", "dateFrom": "1970-01-01"});
            let listed = call(opened, tool, filter).await?;
            let thing = longest(&listed["results"], title, "uri");
            return thing
                .map(Some)
                .ok_or_else(|| format!("`{tool}` lists nothing"));
        }
    }
    Ok(None)
}

fn longest(rows: &Value, title: &str, uri: &str) -> Option<Thing> {
    let rows = rows.as_array()?.iter();
    let things = rows.filter_map(|row| {
        Some(Thing {
            title: shape::text(row, title).ok()?.lines().next()?.to_owned(),
            uri: row[uri].as_str().map(str::to_owned),
            is_document: false,
        })
    });
    let length = |thing: &Thing| thing.title.chars().count();
    things
        .filter(|thing| length(thing) <= MAX_TITLE)
        .max_by_key(length)
}

/// What `search` finds.
async fn searched(opened: &mut Conversation, words: &str) -> Result<Vec<Value>, String> {
    let found = call(opened, "search", json!({"query": words})).await?;
    let rows = shape::list(&found, "results")
        .map_err(|_| format!("`search` found nothing for `{words}`"))?;
    for row in rows {
        for member in ["id", "title", "url"] {
            shape::text(row, member).map_err(|_| format!("`search`: `{row}` is no result"))?;
        }
    }
    Ok(rows.to_vec())
}

fn first(rows: &[Value]) -> Result<&str, String> {
    shape::text(&rows[0], "id")
}

/// The document that the knowledge base cites first.
async fn known(opened: &mut Conversation, question: &str) -> Result<String, String> {
    let answer = call(opened, KNOWLEDGE, json!({"query": question})).await?;
    let within = |why| format!("`{KNOWLEDGE}`, asked `{question}`: {why}");
    if answer["found"] != true {
        return Err(within("it found nothing".to_owned()));
    }
    shape::text(&answer, "response").map_err(within)?;
    let citations = shape::list(&answer, "citations").map_err(within)?;
    Ok(shape::text(&citations[0], "uri")
        .map_err(within)?
        .to_owned())
}

async fn fetched(opened: &mut Conversation, place: &str) -> Result<(), String> {
    let page = call(opened, "fetch", json!({"id": place})).await?;
    shape::text(&page, "text")
        .map(drop)
        .map_err(|why| format!("`fetch` of `{place}`: {why}"))
}
