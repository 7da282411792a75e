mod environment;
mod files;
mod gateway;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::{Around, Discovery, Lookup, Source};
use crate::entry::{Entry, Transport};
use crate::source::Read;

pub(super) fn variables<const N: usize>(given: [(&str, &str); N]) -> Lookup {
    let given: HashMap<String, String> = given
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Arc::new(move |name| given.get(name).cloned())
}

pub(super) fn around(folder: &Path, variables: Lookup) -> Around {
    Around {
        folder: folder.to_owned(),
        variables,
        named: Vec::new(),
        gateway: String::new(),
        namespace: None,
        account: folder.join("account"),
    }
}

/// What one kind of place says.
async fn found(source: Source, around: Around) -> Vec<Read> {
    Discovery::new([source], around).read().await
}

/// A line for each server, then `?` before each warning and `!` before each fault.
pub(super) fn told(reads: &[Read]) -> Vec<String> {
    let told = |read: &Read| {
        let entries = read.entries.iter().map(entry);
        let warnings = read.warnings.iter().map(|note| format!("? {note}"));
        let faults = read.faults.iter().map(|note| format!("! {note}"));
        entries.chain(warnings).chain(faults).collect::<Vec<_>>()
    };
    reads.iter().flat_map(told).collect()
}

fn entry(entry: &Entry) -> String {
    let found_by = entry.found_by.map_or("-", Source::as_str);
    let place = &entry.place;
    let reached = match &entry.transport {
        Transport::Stdio(command) => {
            let args = command
                .args
                .iter()
                .map(|arg| format!(" <{}>", arg.as_written()));
            let env = command
                .env
                .iter()
                .map(|(name, value)| format!(" {name}={}", value.as_written()));
            let rest: String = args.chain(env).collect();
            format!("<{}>{rest}", command.program.as_written())
        }
        Transport::Http(remote) => format!("{:?} {}", remote.protocol, remote.url.as_written()),
    };
    format!("{} ({found_by}, {place}): {reached}", entry.name)
}
