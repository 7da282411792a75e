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
    let found = Parameter::ALL.into_iter().find(is_it);
    found.ok_or_else(|| {
        let names: Vec<_> = Parameter::ALL
            .iter()
            .filter_map(|parameter| parameter.spellings().first().copied())
            .collect();
        Failure::usage(format!(
            "`{name}` is no secret of ours; they are {}",
            names.join(", ")
        ))
    })
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
}
