//! Rows that are kept: as much of PostgREST's reading and writing as a table needs that is mirrored.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::{Answer, Asked};

pub(super) type Row = Map<String, Value>;

/// Supabase's own bound on the rows of one answer.
const MAX_ROWS: usize = 1_000;

/// A table with an `id`, and a unique key beside it.
#[derive(Debug)]
pub(super) struct Table {
    key: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// A column, the value that is not taken in it, and the fault that says so.
    pub(super) refused: Option<(String, Value, (&'static str, &'static str))>,
    ids: u64,
}

impl Table {
    pub(super) fn new(key: &[&str]) -> Self {
        Self {
            key: key.iter().map(|&column| column.to_owned()).collect(),
            rows: Vec::new(),
            refused: None,
            ids: 0,
        }
    }

    pub(super) fn answer(&mut self, asked: &Asked) -> Answer {
        match asked.method.as_str() {
            "GET" => self.select(asked),
            "POST" => self.upsert(asked),
            "DELETE" => self.delete(asked),
            _ => Answer::fault(405, "PGRST117", "Unsupported HTTP method"),
        }
    }

    fn select(&self, asked: &Asked) -> Answer {
        let mut rows: Vec<&Row> = self.rows.iter().filter(|row| holds(row, asked)).collect();
        if let Some(column) = asked.parameter("order") {
            let column = column.trim_end_matches(".asc");
            rows.sort_by(|one, other| compared(&one[column], &other[column]));
        }
        let limit = asked
            .parameter("limit")
            .and_then(|limit| limit.parse().ok());
        rows.truncate(limit.unwrap_or(MAX_ROWS).min(MAX_ROWS));
        let columns: Vec<&str> = asked
            .parameter("select")
            .unwrap_or("*")
            .split(',')
            .collect();
        let rows = rows.into_iter().map(|row| {
            let is_chosen = |name: &str| columns == ["*"] || columns.contains(&name);
            let chosen = row.iter().filter(|(name, _)| is_chosen(name));
            Value::Object(
                chosen
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect(),
            )
        });
        Answer::json(200, &rows.collect())
    }

    fn upsert(&mut self, asked: &Asked) -> Answer {
        let Ok(sent) = serde_json::from_slice::<Vec<Row>>(&asked.body) else {
            return Answer::fault(400, "PGRST102", "Empty or invalid json");
        };
        if asked.parameter("on_conflict") != Some(&self.key.join(",")) {
            let told =
                "there is no unique or exclusion constraint matching the ON CONFLICT specification";
            return Answer::fault(400, "42P10", told);
        }
        if let Some(fault) = self.fault(&sent) {
            return fault;
        }
        for row in sent {
            let key = self.key_of(&row);
            match self.rows.iter().position(|kept| self.key_of(kept) == key) {
                Some(at) => self.rows[at].extend(row),
                None => self.insert(row),
            }
        }
        Answer::text(201, "text/plain", "")
    }

    pub(super) fn insert(&mut self, mut row: Row) {
        self.ids += 1;
        let id = format!("00000000-0000-4000-8000-{:012}", self.ids);
        row.insert("id".to_owned(), id.into());
        self.rows.push(row);
    }

    fn delete(&mut self, asked: &Asked) -> Answer {
        self.rows.retain(|row| !holds(row, asked));
        Answer::text(204, "text/plain", "")
    }

    fn key_of(&self, row: &Row) -> Vec<Option<Value>> {
        self.key
            .iter()
            .map(|column| row.get(column).cloned())
            .collect()
    }

    /// What PostgREST, or the database behind it, refuses of rows.
    fn fault(&self, rows: &[Row]) -> Option<Answer> {
        let mut keys: Vec<_> = rows.iter().map(|row| self.key_of(row)).collect();
        keys.sort_by_key(|key| format!("{key:?}"));
        keys.dedup();
        let columns = |row: &Row| {
            let mut columns: Vec<_> = row.keys().cloned().collect();
            columns.sort();
            columns
        };
        let told = |code, message| Some(Answer::fault(400, code, message));
        if rows
            .windows(2)
            .any(|pair| columns(&pair[0]) != columns(&pair[1]))
        {
            return told("PGRST102", "All object keys must match");
        }
        if keys.len() < rows.len() {
            let message = "ON CONFLICT DO UPDATE command cannot affect row a second time";
            return Some(Answer::fault(500, "21000", message));
        }
        if rows
            .iter()
            .any(|row| Value::Object(row.clone()).to_string().contains("\\u0000"))
        {
            return told("22P05", "unsupported Unicode escape sequence");
        }
        if let Some((column, value, (code, message))) = &self.refused
            && rows.iter().any(|row| row.get(column) == Some(value))
        {
            return told(code, message);
        }
        None
    }
}

/// Whether all conditions of a request hold for the row.
fn holds(row: &Row, asked: &Asked) -> bool {
    let is_condition = |name: &str| !["select", "order", "limit", "on_conflict"].contains(&name);
    let conditions = asked.query.iter().filter(|(name, _)| is_condition(name));
    conditions.into_iter().all(|(column, condition)| {
        let value = row.get(column).map(plain).unwrap_or_default();
        let is_null = row.get(column).is_none_or(Value::is_null);
        match condition.split_once('.') {
            Some(("eq", wanted)) => value == wanted,
            Some(("gt", than)) => value.as_str() > than,
            Some(("in", list)) => listed(list).contains(&value),
            Some(("not", "is.null")) => !is_null,
            _ => panic!("a condition that this table does not know: {condition}"),
        }
    })
}

/// `("a","b\"c")`
fn listed(list: &str) -> Vec<String> {
    let inner = list.trim_start_matches('(').trim_end_matches(')');
    serde_json::from_str(&format!("[{inner}]")).expect("values in quotation marks")
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn compared(one: &Value, other: &Value) -> Ordering {
    plain(one).cmp(&plain(other))
}
