use mesh_index::TicketFilter;
use schemars::JsonSchema;
use serde::Serialize;

use crate::field::Choices;

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
