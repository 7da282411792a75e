//! Any text as a file of servers, of each kind that a name decides: all that is said of it has a place in it, and what is
//! read of it can be locked and advertised.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use mesh_gateway::entry::{Entry, Transport};
use mesh_gateway::lock::{Lock, Locked};
use mesh_gateway::{Template, name, source};

const FILES: [&str; 4] = [
    "mcp.json",
    ".gemini/settings.json",
    "mcp/mcp.json",
    "config.toml",
];

fuzz_target!(|text: &str| {
    let last = text.matches('\n').count() + 1;
    for file in FILES {
        let read = source::read(file.as_ref(), text);
        let notes = read.warnings.iter().chain(&read.faults);
        assert!(
            notes
                .into_iter()
                .all(|note| (1..=last).contains(&note.place.line))
        );
        let names: BTreeSet<_> = read.entries.iter().map(|entry| &entry.name).collect();
        assert_eq!(names.len(), read.entries.len());
        for entry in &read.entries {
            use_entry(entry);
        }
        lock(&read.entries);
    }
});

fn use_entry(entry: &Entry) {
    assert!(entry.name.len() <= name::MAX_UPSTREAM && entry.name != name::RESERVED);
    let advertised = name::advertised(&entry.name, "a tool", name::DEFAULT_LIMIT);
    assert!(advertised.as_str().len() <= name::DEFAULT_LIMIT);
    match &entry.transport {
        Transport::Stdio(command) => command.args.iter().for_each(resolve),
        Transport::Http(remote) => resolve(&remote.url),
    }
}

fn resolve(template: &Template) {
    let value = template.resolve(&|_| None);
    assert!(value.is_ok() || template.as_written().contains(['$', '{']));
}

fn lock(entries: &[Entry]) {
    let mut lock = Lock::default();
    for entry in entries {
        lock.approve(&entry.name, Locked::of(entry));
    }
    assert_eq!(Lock::parse(&lock.write()), Ok(lock));
}
