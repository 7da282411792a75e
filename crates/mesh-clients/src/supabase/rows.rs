use http::Request;
use mesh_core::{Deadline, Secret};
use percent_encoding::utf8_percent_encode;
use serde::Serialize;

use super::select::{ENCODED, Select};
use super::{Supabase, SupabaseError};

/// A table to write to, and the columns that tell whether a row is already there.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub name: &'static str,
    pub key: &'static [&'static str],
}

impl Supabase {
    /// Adds rows, each in the place of an earlier one of the same key: all of them, or none after an error. Each has to have
    /// the same columns; those that are not sent keep their values.
    ///
    /// # Errors
    /// See [`SupabaseError`].
    pub async fn upsert(
        &self,
        key: &Secret,
        table: Table,
        rows: &[impl Serialize],
        deadline: Deadline,
    ) -> Result<(), SupabaseError> {
        let body = serde_json::to_vec(rows).map_err(|_| SupabaseError::unwritable(table.name))?;
        let columns = table.key.join(",");
        let columns = utf8_percent_encode(&columns, ENCODED);
        let path = format!("/rest/v1/{}?on_conflict={columns}", table.name);
        let request = Request::post(self.base.join(&path))
            .header("content-type", "application/json")
            .header("prefer", "resolution=merge-duplicates,return=minimal");
        self.answer(key, request, body.into(), deadline).await?;
        Ok(())
    }

    /// Deletes the rows whose column has one of the values; of none, nothing is sent.
    ///
    /// # Errors
    /// See [`SupabaseError`].
    pub async fn delete(
        &self,
        key: &Secret,
        table: &'static str,
        column: &'static str,
        values: &[impl AsRef<str>],
        deadline: Deadline,
    ) -> Result<(), SupabaseError> {
        if values.is_empty() {
            return Ok(());
        }
        let rows = Select::from(table).any_of(column, values);
        let request = Request::delete(self.base.join(&rows.path()));
        self.answer(key, request, bytes::Bytes::new(), deadline)
            .await?;
        Ok(())
    }
}
