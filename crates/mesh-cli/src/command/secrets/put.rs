use anyhow::Context as _;
use mesh_aws::Ssm;
use mesh_core::{Parameter, Secret, SecretSource as _};

use super::deadline;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// The parameter of that name, in any of its spellings, or as its environment variable is called.
pub(super) fn named(name: &str) -> Result<Parameter, Failure> {
    let last = name.rsplit('/').next().unwrap_or_default();
    let is_it = |parameter: &Parameter| {
        parameter.variable() == last || parameter.spellings().contains(&last)
    };
    match Parameter::ALL.into_iter().find(is_it) {
        Some(Parameter::ApiKeys) => Err(Failure::usage(format!(
            "`{name}` is written by `mesh keys create` and `mesh keys revoke` alone"
        ))),
        Some(found) => Ok(found),
        None => Err(Failure::usage(format!(
            "`{name}` is no secret of ours; they are {}",
            offered().join(", ")
        ))),
    }
}

/// Those that somebody has a reason to write by hand.
fn offered() -> Vec<&'static str> {
    let has_use = |one: &Parameter| !matches!(one, Parameter::ApiKeys | Parameter::AomaAssistantId);
    let all = Parameter::ALL.into_iter().filter(has_use);
    all.filter_map(|one| one.spellings().first().copied())
        .collect()
}

pub(super) async fn run(
    store: &Ssm,
    parameter: Parameter,
    value: &Secret,
    key: Option<&str>,
) -> Result<Exit, Failure> {
    let name = store.name(parameter);
    let version = store
        .put(parameter, value, key, deadline())
        .await
        .with_context(|| format!("cannot write `{name}`"))?;
    terminal::print(&format!("{name} is now version {version}"))?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_any_of_its_names() {
        let known = [
            "supabase-url",
            "/mcp-server/supabase-url",
            "NEXT_PUBLIC_SUPABASE_URL",
        ];
        for name in known {
            assert_eq!(named(name).ok(), Some(Parameter::SupabaseUrl), "{name}");
        }
        assert!(named("openai").is_err());
    }

    #[test]
    fn what_is_written_otherwise_or_has_no_use_is_not_offered() {
        assert!(named("api-keys").is_err() && named("MESH_API_KEYS").is_err());
        let names = [
            "openai-api-key",
            "openai-vector-store-id",
            "next-public-supabase-url",
            "supabase-service-role-key",
            "elevenlabs-api-key",
            "elevenlabs-webhook-secret",
            "state-key",
        ];
        assert_eq!(offered(), names);
    }
}
