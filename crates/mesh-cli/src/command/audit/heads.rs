use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, bail};
use mesh_app::config::Variables;
use mesh_aws::Aws;
use mesh_core::Deadline;
use mesh_doors::audit::kept;
use mesh_store::{DynamoDb, Sqlite, Store, Within};

use super::input::Input;

/// One request, answered in a second or two if at all.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Where heads were kept, and perhaps lines.
#[derive(Debug)]
pub(super) enum Source {
    Folder(PathBuf),
    Table {
        table: String,
        profile: Option<String>,
    },
}

/// The lines that are kept there themselves.
pub(super) async fn lines(store: &dyn Store) -> anyhow::Result<Input> {
    let lines = kept(store, within).await;
    Ok(Input::of(lines.context("cannot read the lines")?))
}

impl Source {
    pub(super) async fn store(&self, variables: &Variables) -> anyhow::Result<Box<dyn Store>> {
        match self {
            // To look for heads makes no place for them.
            Self::Folder(folder) if !folder.join("state.db").exists() => {
                bail!("there is no `state.db` in `{}`", folder.display())
            }
            Self::Folder(folder) => {
                let store = Sqlite::open(folder, within().deadline).await;
                let store = store.with_context(|| format!("cannot open `{}`", folder.display()))?;
                Ok(Box::new(store))
            }
            Self::Table { table, profile } => {
                let variable = |name: &str| variables.foreign(name);
                let aws = Aws::from_chain(&variable, profile.as_deref()).await;
                Ok(Box::new(DynamoDb::new(
                    &aws.context("cannot ask the table")?,
                    table,
                )))
            }
        }
    }
}

pub(super) fn within() -> Within {
    Within {
        now: SystemTime::now(),
        deadline: Deadline::after(Instant::now(), TIMEOUT),
    }
}
