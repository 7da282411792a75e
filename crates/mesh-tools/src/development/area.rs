use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Area {
    Frontend,
    Backend,
    Database,
    Infrastructure,
    Integration,
    Testing,
}

impl Area {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Frontend => "frontend",
            Self::Backend => "backend",
            Self::Database => "database",
            Self::Infrastructure => "infrastructure",
            Self::Integration => "integration",
            Self::Testing => "testing",
        }
    }

    /// Whether a place (a path, a title) is of this area by what it is called.
    pub(super) fn holds(self, place: &str) -> bool {
        let place = place.to_lowercase();
        let mut parts = place.split(|c: char| !c.is_alphanumeric());
        parts.any(|part| part == self.as_str() || self.signs().contains(&part))
    }

    const fn signs(self) -> &'static [&'static str] {
        match self {
            Self::Frontend => &[
                "ui",
                "web",
                "css",
                "tsx",
                "jsx",
                "vue",
                "components",
                "pages",
                "views",
                "html",
            ],
            Self::Backend => &[
                "server", "api", "service", "services", "handler", "handlers", "routes", "http",
            ],
            Self::Database => &[
                "db",
                "sql",
                "schema",
                "migrations",
                "models",
                "queries",
                "store",
                "storage",
            ],
            Self::Infrastructure => &[
                "infra",
                "terraform",
                "tf",
                "deploy",
                "docker",
                "ci",
                "k8s",
                "cdk",
                "scripts",
            ],
            Self::Integration => &[
                "client",
                "clients",
                "webhook",
                "webhooks",
                "gateway",
                "integrations",
                "adapters",
            ],
            Self::Testing => &["test", "tests", "spec", "specs", "e2e", "fixtures"],
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Urgency {
    Low,
    #[default]
    Medium,
    High,
    Critical,
}

impl Urgency {
    /// When it burns, what changed lately is the likeliest cause.
    pub(super) const fn prefers_recent_changes(self) -> bool {
        matches!(self, Self::High | Self::Critical)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_recognised_by_a_part_of_the_path() {
        assert!(Area::Database.holds("src/db/pool.rs"));
        assert!(Area::Testing.holds("docs/testing.md"));
        assert!(!Area::Database.holds("src/adb.rs"));
    }
}
