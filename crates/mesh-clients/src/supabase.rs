//! Tables and functions of a database behind PostgREST, as Supabase serves them: <https://docs.postgrest.org>.
//!
//! `supabase/migrations` has the functions. Each of them reads, or writes the same row again, so every request here may be
//! sent twice and is retried after a fault that passes.

mod count_jira_tickets_by_project;
mod error;
mod key;
mod match_aoma_vectors;
mod rows;
mod search_code_files;
mod search_emails;
mod search_git_commits;
mod search_jira_tickets;
mod search_jira_tickets_text;
mod select;
mod semantic;

use bytes::Bytes;
use http::request::Builder;
use http::{Request, header};
use mesh_core::{Deadline, Secret};
use mesh_http::{AddressError, Bounds, HttpClient, HttpError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::base::Base;

pub use count_jira_tickets_by_project::ProjectCount;
pub use error::SupabaseError;
pub use match_aoma_vectors::{AomaVectorRow, VectorMatch};
pub use rows::Table;
pub use search_code_files::{CodeFileFilters, CodeFileRow};
pub use search_emails::{EmailFilters, EmailRow};
pub use search_git_commits::{GitCommitFilters, GitCommitRow};
pub use search_jira_tickets::{JiraTicketFilters, JiraTicketRow};
pub use search_jira_tickets_text::TextSearch;
pub use select::Select;
pub use semantic::{SemanticSearch, Vector};

/// Fifty rows with the longest passages are far below it.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// A browser's, beside a secret key, is refused with 401.
const USER_AGENT: &str = concat!("aoma-mesh-mcp/", env!("CARGO_PKG_VERSION"));

/// The database of one project. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Supabase {
    http: HttpClient,
    base: Base,
}

impl Supabase {
    /// `project_url` is the one Supabase shows, `https://PROJECT.supabase.co`.
    ///
    /// # Errors
    /// Where it is no URL of a host.
    pub fn new(http: HttpClient, project_url: &str) -> Result<Self, AddressError> {
        let base = Base::parse(project_url)?;
        Ok(Self { http, base })
    }

    /// Calls a function by its name and the names of its arguments. It has to be one that may run twice.
    ///
    /// # Errors
    /// See [`SupabaseError`].
    pub async fn rpc<T: DeserializeOwned>(
        &self,
        key: &Secret,
        function: &'static str,
        arguments: &impl Serialize,
        deadline: Deadline,
    ) -> Result<T, SupabaseError> {
        let body =
            serde_json::to_vec(arguments).map_err(|_| SupabaseError::unwritable(function))?;
        let request = Request::post(self.base.join(&format!("/rest/v1/rpc/{function}")))
            .header(header::CONTENT_TYPE, "application/json");
        let answer = self.answer(key, request, body.into(), deadline).await?;
        serde_json::from_slice(&answer).map_err(|fault| SupabaseError::unread(function, &fault))
    }

    /// Reads rows of a table or view.
    ///
    /// # Errors
    /// See [`SupabaseError`].
    pub async fn select<T: DeserializeOwned>(
        &self,
        key: &Secret,
        select: &Select,
        deadline: Deadline,
    ) -> Result<Vec<T>, SupabaseError> {
        let request = Request::get(self.base.join(&select.path()));
        let answer = self.answer(key, request, Bytes::new(), deadline).await?;
        serde_json::from_slice(&answer)
            .map_err(|fault| SupabaseError::unread(select.table(), &fault))
    }

    async fn answer(
        &self,
        key: &Secret,
        request: Builder,
        body: Bytes,
        deadline: Deadline,
    ) -> Result<Bytes, SupabaseError> {
        let mut request = request
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, USER_AGENT)
            .body(body)
            .map_err(|fault| HttpError::Invalid(fault.to_string()))?;
        key::put(key, request.headers_mut())?;
        let bounds = Bounds {
            deadline,
            max_bytes: MAX_BYTES,
        };
        // An index that has to come from the disk first, or a hundred rows that go into one, take seconds.
        let answer = self
            .http
            .send_idempotent_slow(request, bounds, error::is_statement_timeout)
            .await?;
        Ok(answer.into_body().whole().await?)
    }
}
