//! `mesh upstream vendor`: what `npx` would fetch at each start, fetched once, for a host that can fetch nothing.

mod npm;
mod npx;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use clap::{Args, ValueEnum, ValueHint};
use mesh_app::config::Variables;
use mesh_gateway::entry::{Command, Transport};
use mesh_gateway::source::{self, Values};
use mesh_gateway::{Entry, Template, needs_a_runner};
use serde_json::Value;

use self::npm::Folder;
use self::npx::Package;
use super::{Files, Plan};
use crate::exit::{Exit, Failure};
use crate::terminal;

#[derive(Debug, Args)]
pub(crate) struct Vendor {
    /// Where the programs go, for `make package PROGRAMS=FOLDER`; what is there of another version is replaced
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    into: PathBuf,
    /// The file to write the servers into, with `mcpServers`; a new one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Of the function's processor
    #[arg(long, value_enum, default_value_t = Architecture::Arm64)]
    architecture: Architecture,
    #[command(flatten)]
    files: Files,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Architecture {
    #[value(name = "arm64")]
    Arm64,
    #[value(name = "x86_64")]
    X86,
}

impl Vendor {
    pub(super) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        if self.file.exists() {
            let told = format!(
                "`{}` is there already: name a new file",
                self.file.display()
            );
            return Err(Failure::usage(told));
        }
        let plan = Plan::read(self.files, variables)?;
        let folder = Folder::new(self.into, self.architecture);
        let mut exit = plan.exit();
        let mut written: Vec<(&str, Value)> = Vec::new();
        for entry in plan.entries() {
            match vendored(entry, &folder) {
                Ok((entry, portable)) => written.push((entry, portable)),
                Err(why) => {
                    exit = Exit::Failed;
                    terminal::error(&terminal::harmless(&format!("{}: {why:#}", entry.name)));
                }
            }
        }
        if written.is_empty() {
            return Err(anyhow!("no server was written").into());
        }
        let file = self.file.display();
        source::add_all(
            &self.file,
            written.iter().map(|(name, entry)| (*name, entry)),
        )
        .map_err(|why| anyhow!("`{file}`: {why}"))?;
        // A program is found by it from every working directory.
        let path = folder.path();
        let into = std::fs::create_dir_all(path)
            .and_then(|()| path.canonicalize())
            .with_context(|| format!("cannot use the folder `{}`", path.display()))?;
        let (file, into) = (self.file.to_string_lossy(), into.to_string_lossy());
        let (file, into) = (terminal::quoted(&file), terminal::quoted(&into));
        for line in [
            format!("then: PATH={into}:\"$PATH\" mesh upstream lock --upstreams {file}"),
            format!("      make package UPSTREAMS={file} PROGRAMS={into}"),
        ] {
            terminal::print(&line)?;
        }
        Ok(exit)
    }
}

/// The entry as the function is to have it, with its program in the folder.
fn vendored<'e>(entry: &'e Entry, folder: &Folder) -> anyhow::Result<(&'e str, Value)> {
    let name = entry.name.as_str();
    let (entry, told) = match &entry.transport {
        Transport::Http(_) => (entry.clone(), "an address, as it is".to_owned()),
        Transport::Stdio(command) => {
            let (command, told) = of_command(name, command, folder)?;
            let entry = Entry {
                transport: Transport::Stdio(command),
                ..entry.clone()
            };
            (entry, told)
        }
    };
    let portable = source::portable(&entry, Values::AsWritten).map_err(|why| anyhow!(why))?;
    terminal::print(&terminal::harmless(&format!("{name}: {told}")))?;
    if !portable.values.is_empty() {
        let names: Vec<_> = portable.values.keys().map(String::as_str).collect();
        terminal::note(&terminal::harmless(&format!(
            "warning: {name}: the package will hold the values that are written out for {}: `mesh upstream import` puts \
             secrets apart",
            names.join(", ")
        )));
    }
    Ok((name, portable.entry))
}

fn of_command(name: &str, command: &Command, folder: &Folder) -> anyhow::Result<(Command, String)> {
    let program = command.program.as_written();
    let is_npx = Path::new(program)
        .file_name()
        .is_some_and(|name| name == "npx");
    if is_npx {
        let Package {
            name: package,
            version,
            program,
            args,
        } = npx::package(&command.args).map_err(|why| anyhow!(why))?;
        let installed = folder
            .install(name, &package, &version, program.as_deref())
            .with_context(|| format!("`{package}@{version}` is not installed"))?;
        let command = Command {
            program: Template::literal(&installed),
            args,
            ..command.clone()
        };
        return Ok((command, format!("{package} {version}, as `{installed}`")));
    }
    if needs_a_runner(command).is_some() {
        return Err(anyhow!(
            "`{program}` fetches what it runs, and packages of npm alone are fetched here: put the program itself into `{}` \
             and name it, or serve it at an address",
            folder.path().display()
        ));
    }
    if program.contains('/') || folder.path().join(program).exists() {
        return Ok((command.clone(), format!("`{program}`, as it is")));
    }
    Err(anyhow!(
        "its program `{program}` is not in `{}`: put it there",
        folder.path().display()
    ))
}
