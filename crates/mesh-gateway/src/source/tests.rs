//! Every shape of file, as people have it: its servers, what has no effect in it, and what cannot be.

mod any;
mod faults;
mod formats;

use super::{Read, read};
use crate::entry::{Command, Entry, Options, Remote, Transport};
use crate::template::Template;

/// A line for each server with all that it is, then `?` before each warning and `!` before each fault.
fn told(file: &str, text: &str) -> Vec<String> {
    let Read {
        entries,
        warnings,
        faults,
        ..
    } = read(file.as_ref(), text);
    assert!(
        entries
            .iter()
            .all(|entry| entry.place.file.as_os_str() == file)
    );
    let entries = entries.iter().map(entry);
    let warnings = warnings.iter().map(|note| format!("? {note}"));
    let faults = faults.iter().map(|note| format!("! {note}"));
    entries.chain(warnings).chain(faults).collect()
}

#[track_caller]
fn check(file: &str, text: &str, expected: &[&str]) {
    let told = told(file, text);
    assert_eq!(told, expected, "\n{}\n", told.join("\n"));
}

fn entry(entry: &Entry) -> String {
    let reached = match &entry.transport {
        Transport::Stdio(command) => process(command),
        Transport::Http(remote) => address(remote),
    };
    let mut line = format!("{} (line {}): {reached}", entry.name, entry.place.line);
    if entry.options != Options::default() {
        line.push_str(&options(&entry.options));
    }
    line
}

fn process(command: &Command) -> String {
    let mut words = vec![value(&command.program)];
    words.extend(command.args.iter().map(value));
    words.extend(
        command
            .env
            .iter()
            .map(|(name, text)| format!("{name}={}", value(text))),
    );
    words.extend(command.cwd.iter().map(|cwd| format!("in {}", value(cwd))));
    words.join(" ")
}

fn address(remote: &Remote) -> String {
    let mut words = vec![format!("{:?} {}", remote.protocol, value(&remote.url))];
    words.extend(
        remote
            .headers
            .iter()
            .map(|(name, text)| format!("{name}: {}", value(text))),
    );
    words.join(" ")
}

/// As it is written, and which variables it needs.
fn value(template: &Template) -> String {
    let names: Vec<_> = template.names().into_iter().collect();
    match names.is_empty() {
        true => format!("<{}>", template.as_written()),
        false => format!("<{} needs {}>", template.as_written(), names.join(",")),
    }
}

/// What is not as it is where nothing is said.
fn options(options: &Options) -> String {
    let (told, usual) = (
        format!("{options:#?}"),
        format!("{:#?}", Options::default()),
    );
    let usual: Vec<_> = usual.lines().collect();
    let told = told
        .lines()
        .filter(|line| !usual.contains(line))
        .map(str::trim);
    format!(" with {}", told.collect::<Vec<_>>().join(" "))
}
