//! The database: which rows are to be written and which to go, and doing it.

mod present;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use mesh_clients::supabase::{Supabase, SupabaseError, Vector};
use mesh_core::{Deadline, Secret};
use mesh_index::Corpus;
use serde_json::{Map, Value, json};

use super::counts::Counts;
use super::embedding::{Embedder, MAX_INPUT_BYTES, MAX_INPUTS};
use super::price::estimated_tokens;
use super::retry::retried;
use super::rows::{self, Mirror, Row};
use crate::progress::Reporter;

/// A write has to be done before the database cancels it, after 8 seconds as Supabase is set up, the index of meanings included.
const MAX_ROWS: usize = 100;
const MAX_ROWS_BYTES: usize = 2_000_000;

/// An address has room for so many ids.
const MAX_IDS: usize = 100;

const TIMEOUT: Duration = Duration::from_secs(60);

/// So many rows may be refused; more of them have a cause that is not in the rows.
const MAX_REFUSED: usize = 20;

#[derive(Debug)]
pub(super) struct Database {
    pub(super) client: Supabase,
    pub(super) key: Secret,
}

/// What is to be done with one table.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) mirror: &'static Mirror,
    pub(super) counts: Counts,
    /// Of what is to be embedded, as far as it can be told before.
    pub(super) tokens: u64,
    /// Keys of the rows to write.
    send: HashSet<String>,
    /// Ids of the rows to go.
    remove: Vec<String>,
}

impl Database {
    pub(super) async fn plan(
        &self,
        corpus: &Corpus,
        mirror: &'static Mirror,
        model: &str,
        progress: &Reporter,
    ) -> anyhow::Result<Plan> {
        progress.begin(&format!("comparing `{}`", mirror.table.name));
        let mut present = self.present(mirror, progress).await.context("Supabase")?;
        let mut plan = Plan {
            mirror,
            counts: Counts::default(),
            tokens: 0,
            send: HashSet::new(),
            remove: Vec::new(),
        };
        let mut seen = HashSet::new();
        for row in rows::of(corpus, mirror.kind)? {
            let row = row?;
            let key = mirror.key_of(&row.columns);
            if !seen.insert(key.clone()) {
                continue;
            }
            if row.text.is_empty() {
                plan.counts.empty += 1;
                continue;
            }
            // A signal is heeded here.
            tokio::task::yield_now().await;
            match present.remove(&key) {
                Some(there) if there.is(&row.hash, model) => {
                    plan.counts.unchanged += 1;
                    continue;
                }
                Some(_) => plan.counts.changed += 1,
                None => plan.counts.added += 1,
            }
            plan.tokens += estimated_tokens(row.text.len());
            plan.send.insert(key);
        }
        let (gone, foreign): (Vec<_>, Vec<_>) =
            present.into_values().partition(|there| there.is_ours());
        plan.counts.foreign = foreign.len() as u64;
        plan.counts.removed = gone.len() as u64;
        plan.remove = gone.into_iter().map(|there| there.id).collect();
        Ok(plan)
    }

    /// Does what was planned; what the database does not take is named in `refused`.
    pub(super) async fn apply(
        &self,
        corpus: &Corpus,
        mut plan: Plan,
        embedder: &Embedder<'_>,
        refused: &mut Vec<String>,
    ) -> anyhow::Result<()> {
        let (mirror, progress) = (plan.mirror, embedder.progress);
        let table = mirror.table.name;
        if plan.counts.sent() > 0 {
            let what = format!("writing {} rows to `{table}`", plan.counts.sent());
            progress.begin_all(&what, plan.counts.sent());
        }
        let mut batch = Vec::new();
        let mut bytes = 0;
        for row in rows::of(corpus, mirror.kind)? {
            let row = row?;
            // Removed, so that of two with one key one is sent.
            if row.text.is_empty() || !plan.send.remove(&mirror.key_of(&row.columns)) {
                continue;
            }
            if batch.len() == MAX_INPUTS || bytes + row.text.len() > MAX_INPUT_BYTES {
                self.send(mirror, std::mem::take(&mut batch), embedder, refused)
                    .await?;
                bytes = 0;
            }
            bytes += row.text.len();
            batch.push(row);
        }
        if !batch.is_empty() {
            self.send(mirror, batch, embedder, refused).await?;
        }
        for ids in plan.remove.chunks(MAX_IDS) {
            let deleted = retried(progress, "Supabase", async || {
                let deadline = Deadline::after(Instant::now(), TIMEOUT);
                self.client
                    .delete(&self.key, table, "id", ids, deadline)
                    .await
            });
            deleted.await.context("Supabase")?;
        }
        Ok(())
    }

    async fn send(
        &self,
        mirror: &Mirror,
        mut batch: Vec<Row>,
        embedder: &Embedder<'_>,
        refused: &mut Vec<String>,
    ) -> anyhow::Result<()> {
        let texts = batch
            .iter_mut()
            .map(|row| std::mem::take(&mut row.text))
            .collect();
        let vectors = embedder.embed(texts).await.context("OpenAI")?;
        let model = embedder.label();
        let rows = batch
            .into_iter()
            .zip(&vectors)
            .map(|(row, vector)| whole(row, vector, &model));
        let mut chunk = Vec::new();
        let mut bytes = 0;
        for row in rows {
            let length = length(&row);
            if chunk.len() == MAX_ROWS || (bytes + length > MAX_ROWS_BYTES && !chunk.is_empty()) {
                self.write(mirror, &chunk, embedder.progress, refused)
                    .await?;
                chunk.clear();
                bytes = 0;
            }
            bytes += length;
            chunk.push(row);
        }
        self.write(mirror, &chunk, embedder.progress, refused).await
    }

    /// Writes rows. Where they are refused, or take too long together, they are written in smaller numbers, so that one that
    /// the database does not take costs no other.
    async fn write(
        &self,
        mirror: &Mirror,
        rows: &[Map<String, Value>],
        progress: &Reporter,
        refused: &mut Vec<String>,
    ) -> anyhow::Result<()> {
        let mut left = vec![rows];
        while let Some(rows) = left.pop() {
            let written = retried(progress, "Supabase", async || {
                let deadline = Deadline::after(Instant::now(), TIMEOUT);
                self.client
                    .upsert(&self.key, mirror.table, rows, deadline)
                    .await
            });
            match written.await {
                Ok(()) => progress.advance(rows.len() as u64),
                Err(error) if is_of_rows(&error) && rows.len() > 1 => {
                    let (first, second) = rows.split_at(rows.len() / 2);
                    left.extend([second, first]);
                }
                Err(error) if is_of_rows(&error) && refused.len() < MAX_REFUSED => {
                    let key = mirror.key_of(&rows[0]).replace('\0', " ");
                    refused.push(format!("{} {key}: {error}", mirror.kind));
                }
                Err(error) => return Err(error).context("Supabase"),
            }
        }
        Ok(())
    }
}

/// Whether fewer rows, or others, may be taken.
const fn is_of_rows(error: &SupabaseError) -> bool {
    matches!(
        error,
        SupabaseError::BadRequest { .. } | SupabaseError::StatementTimeout
    )
}

fn whole(row: Row, vector: &[f32], model: &str) -> Map<String, Value> {
    let mut columns = row.columns;
    columns.insert("content_hash".to_owned(), row.hash.into());
    columns.insert("embedding_model".to_owned(), model.into());
    columns.insert("embedding".to_owned(), json!(Vector(vector)));
    columns
}

/// About what it takes to send it.
fn length(row: &Map<String, Value>) -> usize {
    let texts = row
        .values()
        .map(|value| value.as_str().map_or(100, str::len));
    texts.sum()
}
