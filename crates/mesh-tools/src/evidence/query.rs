use std::collections::HashMap;

use mesh_index::{Found, Hit, Query, SearchError};

use crate::words::telling_words;

/// What to look for, and how much of it to take.
///
/// A question is one search. A task is told in more words than any one thing has, so that a search for all of them finds
/// little: it is looked for whole, by its words, by the pairs of words that stand together in it, and by each name that
/// goes with it.
#[derive(Clone, Debug)]
pub(crate) struct EvidenceQuery {
    whole: String,
    parts: Vec<String>,
    names: Vec<String>,
    limit: usize,
    /// The id of what all this is about, where it is one of the kind: it would be the best match of itself.
    except: Option<String>,
    /// What a hit must reach.
    threshold: f32,
}

/// Of a long task the beginning says what it is; each part costs a search.
const MAX_WORDS: usize = 10;
/// How many hits of each search are weighed.
const DEPTH: usize = 20;
/// A mean over many parts: about one good word in a sentence of ten.
const TASK_THRESHOLD: f32 = 0.08;
/// What is far below the best is there by accident.
const SHARE_OF_BEST: f32 = 0.3;
/// A name that matches is a good reason, if not as good as the task matching whole.
const NAME: f32 = 0.8;
/// A name found in more places than this says less in each of them: it is the language's or a library's.
const OWN_NAME: f32 = 5.0;

impl EvidenceQuery {
    /// What answers a question.
    pub(crate) fn answering(question: &str, limit: usize, threshold: f32) -> Self {
        Self {
            whole: question.to_owned(),
            parts: Vec::new(),
            names: Vec::new(),
            except: None,
            limit,
            threshold,
        }
    }

    /// What bears on a task, and on the `names` that go with it.
    pub(crate) fn about(task: &str, names: &[String], limit: usize) -> Self {
        let mut words = telling_words(task);
        words.truncate(MAX_WORDS);
        let pairs = words.windows(2).map(|pair| pair.join(" "));
        Self {
            whole: task.to_owned(),
            parts: words
                .iter()
                .map(|&word| word.to_owned())
                .chain(pairs)
                .collect(),
            names: names.to_vec(),
            except: None,
            limit,
            threshold: TASK_THRESHOLD,
        }
    }

    pub(crate) fn except(mut self, id: &str) -> Self {
        self.except = Some(id.to_owned());
        self
    }

    /// Whatever a filter lets through, the newest first.
    pub(crate) fn newest(limit: usize) -> Self {
        Self::answering("", limit, 0.0)
    }

    pub(super) fn find<T>(
        &self,
        id: fn(&T) -> &str,
        search: impl Fn(&Query<'_>) -> Result<Found<T>, SearchError>,
    ) -> Result<Vec<Hit<T>>, SearchError> {
        if self.parts.is_empty() && self.names.is_empty() {
            return Ok(search(&query(&self.whole, self.limit, self.threshold))?.hits);
        }
        let mut tally = Tally::default();
        let deep = |text| search(&query(text, self.limit.max(DEPTH), 0.0));
        if !self.whole.trim().is_empty() {
            tally.best(deep(self.whole.as_str())?, id, 1.0);
        }
        for part in &self.parts {
            tally.share(deep(part.as_str())?, id);
        }
        for name in &self.names {
            let found = deep(name.as_str())?;
            let weight = NAME * rarity(&found, OWN_NAME);
            tally.best(found, id, weight);
        }
        if let Some(id) = &self.except {
            tally.forget(id);
        }
        Ok(tally.ranked(self.limit, self.threshold))
    }
}

fn query(text: &str, limit: usize, threshold: f32) -> Query<'_> {
    Query {
        text,
        limit,
        threshold,
    }
}

/// 1 for what at most `common` things have, and less the more have it.
#[expect(clippy::cast_precision_loss, reason = "some hundred hits")]
fn rarity<T>(found: &Found<T>, common: f32) -> f32 {
    (common / found.total.max(1) as f32).sqrt().min(1.0)
}

/// What several searches have found, each thing once, in the order of finding.
struct Tally<T> {
    rows: Vec<Row<T>>,
    by_id: HashMap<String, usize>,
    /// The weights of all parts together.
    weight: f32,
}

struct Row<T> {
    hit: Hit<T>,
    /// The best score of any search that counts alone.
    best: f32,
    /// The sum over the parts, each weighted by its rarity.
    shared: f32,
}

impl<T> Default for Tally<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            by_id: HashMap::new(),
            weight: 0.0,
        }
    }
}

impl<T> Tally<T> {
    fn best(&mut self, found: Found<T>, id: fn(&T) -> &str, weight: f32) {
        for hit in found.hits {
            let score = weight * hit.score;
            let row = self.row(hit, id);
            row.best = row.best.max(score);
        }
    }

    /// A part that much has is worth less than one that little has, and one that nothing has counts as missing.
    fn share(&mut self, found: Found<T>, id: fn(&T) -> &str) {
        let weight = rarity(&found, 1.0);
        self.weight += weight;
        for hit in found.hits {
            let score = weight * hit.score;
            self.row(hit, id).shared += score;
        }
    }

    /// The row of what was hit, with the quotation of its best hit so far.
    fn row(&mut self, hit: Hit<T>, id: fn(&T) -> &str) -> &mut Row<T> {
        let next = self.rows.len();
        let at = *self.by_id.entry(id(&hit.item).to_owned()).or_insert(next);
        if at == next {
            self.rows.push(Row {
                hit,
                best: 0.0,
                shared: 0.0,
            });
        } else if self.rows[at].hit.score < hit.score {
            self.rows[at].hit = hit;
        }
        &mut self.rows[at]
    }

    fn forget(&mut self, id: &str) {
        if let Some(&at) = self.by_id.get(id) {
            self.rows[at].best = 0.0;
            self.rows[at].shared = 0.0;
        }
    }

    fn ranked(self, limit: usize, threshold: f32) -> Vec<Hit<T>> {
        let weight = self.weight.max(1.0);
        let scored = self.rows.into_iter().map(|row| Hit {
            score: row.best.max(row.shared / weight),
            ..row.hit
        });
        let mut hits: Vec<_> = scored.collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        let best = hits.first().map_or(0.0, |hit| hit.score);
        hits.retain(|hit| hit.score >= threshold.max(SHARE_OF_BEST * best));
        hits.truncate(limit);
        hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(hits: &[(&str, f32)]) -> Found<String> {
        let hits: Vec<_> = hits
            .iter()
            .map(|(id, score)| Hit {
                score: *score,
                quote: String::new(),
                item: (*id).to_owned(),
            })
            .collect();
        Found {
            total: hits.len(),
            best: 1.0,
            hits,
        }
    }

    #[test]
    fn a_task_is_found_by_its_parts() {
        let wanted = EvidenceQuery::about("Stop printing vouchers", &["print_once".to_owned()], 5);
        let hits = wanted.find(String::as_str, |query| {
            Ok(match query.text {
                "vouchers" => found(&[("guide", 1.0), ("noise", 0.1)]),
                "printing vouchers" => found(&[("guide", 1.0)]),
                "print_once" => found(&[("code", 1.0)]),
                _ => found(&[]),
            })
        });
        let hits: Vec<_> = hits
            .expect("hits")
            .into_iter()
            .map(|hit| hit.item)
            .collect();
        assert_eq!(hits, ["code", "guide"]);
    }
}
