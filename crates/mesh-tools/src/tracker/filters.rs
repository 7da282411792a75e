use mesh_clients::supabase::JiraTicketFilters;
use mesh_index::{Facet, SearchError, TicketFilter};
use schemars::JsonSchema;
use serde::Serialize;

use crate::field::Choices;
use crate::filter_values::FilterValues;

/// The filters that were applied.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketFilters {
    #[serde(skip_serializing_if = "Option::is_none")]
    project_key: Option<String>,
    #[serde(skip)]
    projects: Choices,
    #[serde(skip_serializing_if = "Choices::is_empty")]
    status: Choices,
    #[serde(skip_serializing_if = "Choices::is_empty")]
    priority: Choices,
}

impl TicketFilters {
    pub(super) fn new(project_key: Option<String>, status: Choices, priority: Choices) -> Self {
        let projects = project_key.as_deref().map(keys).unwrap_or_default();
        Self {
            project_key,
            projects: Choices::of(projects),
            status,
            priority,
        }
    }

    /// Takes apart lists in one string, and tells of values that no ticket has.
    pub(super) fn resolve(&mut self, values: &mut FilterValues<'_>) -> Result<(), SearchError> {
        values.choices("projectKey", Facet::TicketProject, &mut self.projects)?;
        values.choices("status", Facet::TicketStatus, &mut self.status)?;
        values.choices("priority", Facet::TicketPriority, &mut self.priority)
    }

    pub(super) fn to_index(&self) -> TicketFilter {
        TicketFilter {
            project: self.projects.to_vec(),
            status: self.status.to_vec(),
            priority: self.priority.to_vec(),
            ..TicketFilter::default()
        }
    }

    pub(super) fn to_database(&self) -> JiraTicketFilters {
        JiraTicketFilters {
            project_key: self.projects.to_vec(),
            status: self.status.to_vec(),
            priority: self.priority.to_vec(),
        }
    }

    pub(super) fn count(&self) -> usize {
        usize::from(!self.projects.is_empty())
            + usize::from(!self.status.is_empty())
            + usize::from(!self.priority.is_empty())
    }

    /// Whether it is known beforehand which project every ticket is of.
    pub(super) fn is_of_one_project(&self) -> bool {
        self.projects.to_vec().len() == 1
    }
}

/// `AOMA, SHOP` and `["AOMA", "SHOP"]`, as models write a list where one key is asked for: no key has a mark in it.
fn keys(text: &str) -> Vec<String> {
    let keys = text.split([',', ';', '|']);
    keys.map(|key| key.trim_matches(|c: char| c.is_whitespace() || "[]\"'`".contains(c)))
        .filter(|key| !key.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_keys_is_read_in_every_form_that_models_write() {
        for text in [
            "AOMA,SHOP",
            " AOMA ; SHOP ",
            r#"["AOMA", "SHOP"]"#,
            "['AOMA', 'SHOP']",
            "[AOMA | SHOP,]",
        ] {
            assert_eq!(keys(text), ["AOMA", "SHOP"], "{text}");
        }
        assert_eq!(keys("AOMA"), ["AOMA"]);
        assert!(keys(" [] ").is_empty());
    }
}
