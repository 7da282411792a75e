use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};
use mesh_gateway::registry::{NotFound, OFFICIAL, Registry, Server, Way, Written};
use mesh_gateway::source;
use mesh_http::{HttpClient, Roots};

use crate::exit::{Exit, Failure};
use crate::terminal;

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The server, as the registry calls it: `io.github.example/weather`
    #[arg(value_name = "NAME")]
    name: String,
    /// The file to write it into, with `mcpServers`; a new one is made
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// What it is called in the file [default: the last part of its name]
    #[arg(long, value_name = "NAME")]
    r#as: Option<String>,
    /// Which version [default: the newest]
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// How it is had [default: the first of these that there is]
    #[arg(long, value_name = "WAY", value_parser = way())]
    from: Option<Way>,
    /// The registry that is asked
    #[arg(long, value_name = "URL", default_value = OFFICIAL, hide_default_value = false)]
    registry: String,
}

fn way() -> impl TypedValueParser<Value = Way> {
    PossibleValuesParser::new(Way::ALL.map(Way::as_str)).map(|name| {
        let mut ways = Way::ALL.into_iter();
        ways.find(|way| way.as_str() == name)
            .expect("no other name is possible")
    })
}

impl Add {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let client = HttpClient::new(Roots::compiled_in());
        let registry = Registry::new(&self.registry, client)
            .map_err(|why| Failure::usage(format!("`--registry`: {why}")))?;
        let asked = registry.server(&self.name, self.version.as_deref());
        let (server, warning) = crate::runtime()?
            .block_on(asked)
            .map_err(|error| self.unknown(&error))?;
        let written = server
            .written(self.from)
            .map_err(|why| anyhow!("`{}` {}: {why}", server.name, server.version))?;
        let name = self.r#as.as_deref().unwrap_or_else(|| server.short_name());
        source::add(&self.file, name, &written.entry)
            .map_err(|why| anyhow!("`{}`: {why}", self.file.display()))?;
        tell(&self.file, name, &server, &written)?;
        if let Some(warning) = &warning {
            terminal::note(&format!("warning: {warning}"));
        }
        Ok(match warning {
            Some(_) => Exit::Warned,
            None => Exit::Done,
        })
    }

    fn unknown(&self, error: &NotFound) -> anyhow::Error {
        let told = match (error, &self.version) {
            (NotFound::Unknown { like }, Some(version)) if like.contains(&self.name) => {
                format!("`{}` has no version {version}", self.name)
            }
            (NotFound::Unknown { like }, _) => {
                let like: String = like.iter().map(|name| format!("\n  {name}")).collect();
                let like = match like.is_empty() {
                    true => like,
                    false => format!("; these are like it:{like}"),
                };
                format!("no server is called `{}`{like}", self.name)
            }
            (NotFound::Registry(why), _) => why.clone(),
        };
        anyhow!(terminal::harmless(&told).into_owned())
    }
}

fn tell(file: &Path, name: &str, server: &Server, written: &Written) -> anyhow::Result<()> {
    let print = |text: String| terminal::print(&terminal::harmless(&text));
    print(format!(
        "{name}: {} {}, in {}",
        server.name,
        server.version,
        file.display()
    ))?;
    print(format!("  {}", written.entry))?;
    for needed in &written.needed {
        let about = needed
            .about
            .as_deref()
            .map_or_else(String::new, |about| format!(": {about}"));
        print(format!("  set `{}`{about}", needed.name))?;
    }
    if !written.left_out.is_empty() {
        print(format!(
            "  left out, since it need not be there: {}",
            written.left_out.join(", ")
        ))?;
    }
    print(format!(
        "  then: mesh upstream check --upstreams {}",
        terminal::quoted(&file.to_string_lossy())
    ))?;
    Ok(())
}
