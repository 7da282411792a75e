//! `mesh keys`: the keys that callers show. Only what recognises a key is kept; the key itself is shown once.

mod list;
mod place;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use mesh_app::config::{Config, SecretsFrom, Variables};
use mesh_aws::{Aws, Ssm};

use crate::exit::{Exit, Failure};
use crate::terminal;
use place::Place;

/// Give a key to a caller, list the keys that were given out, or revoke one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh keys create eleven-voice
  mesh keys create ci --days 30
  mesh keys list
  mesh keys revoke eleven-voice

To replace a key, create a second one of the same name, give it to the caller, and revoke the first \
by its identifier. A server takes a new key at once and a revoked one for MESH_SECRETS_TTL at most.

The keys are kept as salted hashes: in AWS's parameter store under `api-keys`, or with \
MESH_SECRETS=env in the line MESH_API_KEYS of MESH_SECRETS_FILE. `create` and `revoke` need \
ssm:GetParameters and ssm:PutParameter.

Exit status: 0 done, 1 failed, 64 wrong usage.")]
pub(crate) struct Keys {
    #[command(subcommand)]
    work: Work,
    /// Where the parameters stand in the store [MESH_SSM_PREFIX] [default: /mcp-server/]
    #[arg(long, global = true, value_name = "PATH")]
    prefix: Option<String>,
    /// The region of the store [AWS_REGION]
    #[arg(long, global = true, value_name = "REGION")]
    region: Option<String>,
    /// The profile of the AWS command line to use [AWS_PROFILE]
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Make a key and print it: it cannot be shown again
    Create {
        /// Who it is for; a policy names it as key:NAME
        name: String,
        /// For how many days it is taken, or `never` to end
        #[arg(long, value_name = "DAYS", default_value = "365", value_parser = days)]
        days: Days,
        /// The customer's own key to encrypt the parameter with, by id, alias or ARN
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
    /// Show the keys that were given out, by name, identifier and last four characters
    List {
        /// Print it for a program [MESH_JSON]
        #[arg(long)]
        json: bool,
    },
    /// Take a key back, by its identifier, or all of a name
    Revoke {
        /// A name or an identifier, as `list` shows them
        key: String,
        /// The customer's own key to encrypt the parameter with, by id, alias or ARN
        #[arg(long = "key", value_name = "KEY")]
        encrypt_with: Option<String>,
    },
}

#[derive(Clone, Copy, Debug)]
struct Days(Option<u16>);

fn days(text: &str) -> Result<Days, String> {
    match text {
        "never" => Ok(Days(None)),
        text => match text.parse() {
            Ok(days @ 1..=3650) => Ok(Days(Some(days))),
            _ => Err("1 to 3650, or `never`".to_owned()),
        },
    }
}

impl Keys {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        let json = matches!(self.work, Work::List { json: true });
        let variables = variables.with_flag("--json", json.then_some("on"));
        let config = Config::read(&variables)?;
        let runtime = crate::runtime()?;
        runtime.block_on(async {
            let place = self.place(&config, &variables).await?;
            match self.work {
                Work::Create { name, days, key } => {
                    create(place, &name, days, key.as_deref()).await
                }
                Work::List { .. } => {
                    let (keys, _) = place.read().await?;
                    terminal::print(&list::of(&keys, today(), config.client.json))?;
                    Ok(Exit::Done)
                }
                Work::Revoke { key, encrypt_with } => {
                    revoke(place, &key, encrypt_with.as_deref()).await
                }
            }
        })
    }

    async fn place(&self, config: &Config, variables: &Variables) -> Result<Place, Failure> {
        if config.secrets.from == SecretsFrom::Environment {
            let file: Option<PathBuf> = config.secrets.file.clone();
            return file.map(Place::File).ok_or_else(|| {
                Failure::usage(
                    "`MESH_SECRETS=env` without `MESH_SECRETS_FILE`: there is no file to keep keys in",
                )
            });
        }
        let (region, profile) = (self.region.as_deref(), self.profile.as_deref());
        let aws = Aws::from_chain_in(&|name| variables.foreign(name), profile, region).await;
        let aws = aws.context(
            "cannot ask the parameter store (to keep keys in a file, set `MESH_SECRETS=env` and `MESH_SECRETS_FILE`)",
        )?;
        let prefix = self.prefix.as_deref().unwrap_or(&config.secrets.prefix);
        Ok(Place::Store(Ssm::new(&aws, prefix)))
    }
}

async fn create(place: Place, name: &str, days: Days, key: Option<&str>) -> Result<Exit, Failure> {
    let (mut keys, opened) = place.read().await?;
    let last = days
        .0
        .map(|days| today().saturating_add(i64::from(days).days()));
    let token = keys.create(name, today(), last);
    let token = token.map_err(|error| Failure::usage(error.to_string()))?;
    opened.write(&keys, key).await?;
    let until = last.map_or_else(
        || "does not expire".to_owned(),
        |last| format!("is taken until {last}"),
    );
    terminal::note(&format!(
        "key:{name} {until}; this is the only time that the key is shown:"
    ));
    terminal::write(token.reveal()).context(
        "the key was not shown, and cannot be any more: revoke it by its identifier, which `mesh keys list` shows",
    )?;
    Ok(Exit::Done)
}

async fn revoke(place: Place, name_or_id: &str, key: Option<&str>) -> Result<Exit, Failure> {
    let (mut keys, opened) = place.read().await?;
    let revoked = keys.revoke(name_or_id);
    if revoked.is_empty() {
        return Err(anyhow::anyhow!(
            "no key has the name or identifier `{name_or_id}`; `mesh keys list` shows them"
        )
        .into());
    }
    opened.write(&keys, key).await?;
    for key in &revoked {
        terminal::print(&format!(
            "revoked {} of {} (…{})",
            key.id, key.name, key.last_four
        ))?;
    }
    Ok(Exit::Done)
}

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}
