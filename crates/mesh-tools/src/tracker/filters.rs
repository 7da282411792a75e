use mesh_clients::supabase::JiraTicketFilters;
use mesh_index::{Facet, SearchError, TicketFilter};
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::ToolError;
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
    #[serde(skip_serializing_if = "Choices::is_empty")]
    issue_type: Choices,
    #[serde(skip_serializing_if = "Choices::is_empty")]
    assignee: Choices,
}

impl TicketFilters {
    pub(super) fn new(project_key: Option<String>, status: Choices, priority: Choices) -> Self {
        let projects = project_key.as_deref().map(keys).unwrap_or_default();
        Self {
            project_key,
            projects: Choices::of(projects),
            status,
            priority,
            ..Self::default()
        }
    }

    pub(super) fn of_type(self, issue_type: Choices) -> Self {
        Self { issue_type, ..self }
    }

    pub(super) fn assigned_to(self, assignee: Choices) -> Self {
        Self { assignee, ..self }
    }

    /// Takes apart lists in one string, and tells of values that no ticket has.
    pub(super) fn resolve(&mut self, values: &mut FilterValues<'_>) -> Result<(), SearchError> {
        values.choices("projectKey", Facet::TicketProject, &mut self.projects)?;
        values.choices("status", Facet::TicketStatus, &mut self.status)?;
        values.choices("priority", Facet::TicketPriority, &mut self.priority)?;
        values.choices("issueType", Facet::TicketType, &mut self.issue_type)?;
        values.choices("assignee", Facet::TicketAssignee, &mut self.assignee)
    }

    pub(super) fn to_index(&self) -> TicketFilter {
        TicketFilter {
            project: self.projects.to_vec(),
            status: self.status.to_vec(),
            priority: self.priority.to_vec(),
            issue_type: self.issue_type.to_vec(),
            assignee: self.assignee.to_vec(),
        }
    }

    /// # Errors
    /// `Unavailable`, which names a filter that the database cannot hold to.
    pub(super) fn to_database(&self) -> Result<JiraTicketFilters, ToolError> {
        for (name, choices) in [
            ("issueType", &self.issue_type),
            ("assignee", &self.assignee),
        ] {
            if !choices.is_empty() {
                return Err(ToolError::Unavailable(format!(
                    "the database is not asked for the `{name}` of tickets; leave that filter out to search it"
                )));
            }
        }
        Ok(JiraTicketFilters {
            project_key: self.projects.to_vec(),
            status: self.status.to_vec(),
            priority: self.priority.to_vec(),
        })
    }

    pub(super) fn count(&self) -> usize {
        usize::from(!self.projects.is_empty())
            + usize::from(!self.status.is_empty())
            + usize::from(!self.priority.is_empty())
            + usize::from(!self.issue_type.is_empty())
            + usize::from(!self.assignee.is_empty())
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
