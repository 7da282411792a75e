use mesh_index::{Corpus, Facet, SearchError, TicketFilter};
use schemars::JsonSchema;
use serde::Serialize;

use crate::field::Choices;
use crate::filter_values::{FilterValues, UnknownValue};

/// The filters that were applied.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Filters {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) project_key: Option<String>,
    #[serde(skip_serializing_if = "Choices::is_empty")]
    pub(super) status: Choices,
    #[serde(skip_serializing_if = "Choices::is_empty")]
    pub(super) priority: Choices,
}

impl Filters {
    /// Takes apart lists in one string, and tells of values that no ticket has.
    pub(super) fn resolve(&mut self, corpus: &Corpus) -> Result<Vec<UnknownValue>, SearchError> {
        let mut values = FilterValues::of(corpus);
        let project = self.project_key.as_ref();
        values.one("projectKey", Facet::TicketProject, project)?;
        values.choices("status", Facet::TicketStatus, &mut self.status)?;
        values.choices("priority", Facet::TicketPriority, &mut self.priority)?;
        Ok(values.into_unknown())
    }

    pub(super) fn to_index(&self) -> TicketFilter {
        TicketFilter {
            project: self.project_key.clone(),
            status: self.status.to_vec(),
            priority: self.priority.to_vec(),
            ..TicketFilter::default()
        }
    }

    pub(super) fn count(&self) -> usize {
        usize::from(self.project_key.is_some())
            + usize::from(!self.status.is_empty())
            + usize::from(!self.priority.is_empty())
    }
}
