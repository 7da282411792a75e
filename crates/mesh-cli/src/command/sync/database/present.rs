use std::collections::HashMap;
use std::time::Instant;

use mesh_clients::supabase::{Select, SupabaseError};
use mesh_core::Deadline;
use serde_json::{Map, Value};

use super::super::retry::retried;
use super::super::rows::Mirror;
use super::{Database, TIMEOUT};
use crate::progress::Reporter;

/// Supabase gives no more at once.
const MAX_ROWS: u32 = 1_000;

/// A row that is there.
#[derive(Debug)]
pub(super) struct Present {
    pub(super) id: String,
    hash: Option<String>,
    model: Option<String>,
}

impl Present {
    /// Whether nothing of it has changed.
    pub(super) fn is(&self, hash: &str, model: &str) -> bool {
        self.hash.as_deref() == Some(hash) && self.model.as_deref() == Some(model)
    }

    /// Whether this command has written it: others note no model.
    pub(super) const fn is_ours(&self) -> bool {
        self.hash.is_some() && self.model.is_some()
    }
}

impl Database {
    /// What a table holds, by key.
    pub(super) async fn present(
        &self,
        mirror: &Mirror,
        progress: &Reporter,
    ) -> Result<HashMap<String, Present>, SupabaseError> {
        let mut present = HashMap::new();
        let mut last = None;
        loop {
            let select = page(mirror, last.as_deref());
            let rows: Vec<Map<String, Value>> = retried(progress, "Supabase", async || {
                let deadline = Deadline::after(Instant::now(), TIMEOUT);
                self.client.select(&self.key, &select, deadline).await
            })
            .await?;
            // Not a short one: how many rows a page may have is a setting of the database.
            let Some(end) = rows.last() else {
                return Ok(present);
            };
            last = Some(text(end, "id").unwrap_or_default());
            for row in rows {
                let there = Present {
                    id: text(&row, "id").unwrap_or_default(),
                    hash: text(&row, "content_hash"),
                    model: text(&row, "embedding_model"),
                };
                present.insert(mirror.key_of(&row), there);
            }
        }
    }
}

fn page(mirror: &Mirror, last: Option<&str>) -> Select {
    let mut columns = vec!["id", "content_hash", "embedding_model"];
    columns.extend(mirror.table.key);
    let mut select = Select::from(mirror.table.name)
        .columns(&columns)
        .order("id")
        .limit(MAX_ROWS);
    if let Some((column, value)) = mirror.only {
        select = select.equal(column, value);
    }
    match last {
        Some(last) => select.greater("id", last),
        None => select,
    }
}

fn text(row: &Map<String, Value>, column: &str) -> Option<String> {
    match row.get(column)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
