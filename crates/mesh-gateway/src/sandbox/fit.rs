//! What a function would refuse of an entry, told before it is deployed.

use std::path::Path;

use super::needs_a_runner;
use crate::Template;
use crate::address::Address;
use crate::entry::{Command, Entry, Remote, Transport};

/// Where the programs of a package and of a layer are.
const PACKAGED: [&str; 2] = ["/var/task/bin/", "/opt/bin/"];
/// The programs of `provided.al2023` that a server may be written for; it has neither Node.js nor Python.
const SHELLS: [&str; 2] = ["sh", "bash"];

/// Why a function could not serve it, each with what to do; `programs` is the folder whose programs go into its package. What hangs
/// on the value of a variable shows when it is started.
#[must_use]
pub fn refusals(entry: &Entry, programs: Option<&Path>) -> Vec<String> {
    let mut refusals = Vec::new();
    if entry.found_by.is_some() {
        refusals.push(
            "a function looks for no servers: write it into a file of `--upstreams`".to_owned(),
        );
    }
    let is_yaml = entry.place.file.extension();
    if is_yaml.is_some_and(|extension| extension == "yaml" || extension == "yml") {
        refusals.push(
            "its file is YAML, which a function does not read: write the same as JSON".to_owned(),
        );
    }
    match &entry.transport {
        Transport::Stdio(command) => {
            refusals.extend(of_program(command, programs));
            refusals.extend(of_folder(command));
        }
        Transport::Http(remote) => refusals.extend(of_address(remote)),
    }
    refusals
}

fn of_program(command: &Command, programs: Option<&Path>) -> Option<String> {
    if let Some(why) = needs_a_runner(command) {
        let remedy = match command.program.as_written().ends_with("npx") {
            true => "; `mesh upstream vendor` does that",
            false => "",
        };
        return Some(format!("{why}{remedy}"));
    }
    let program = known(&command.program)?;
    let path = Path::new(program);
    let name = path.file_name()?.to_str()?;
    let is_system = ["", "/bin/", "/usr/bin/"]
        .iter()
        .any(|folder| program.strip_prefix(folder) == Some(name))
        && SHELLS.contains(&name);
    let [package, layer] = PACKAGED;
    let is_packaged = program == name || program.strip_prefix(package) == Some(name);
    match programs {
        _ if program.starts_with(layer) => None,
        Some(folder) if is_packaged => missing(folder, name).filter(|_| !is_system),
        _ if is_system => None,
        None if is_packaged => Some(format!(
            "no folder has its program `{name}`: put it into one, and name that with `--programs`"
        )),
        _ if path.is_absolute() => Some(format!(
            "`{program}` is a path of this machine: put the program into the folder of `--programs`, and name it `{name}`"
        )),
        _ => Some(format!(
            "`{program}` leads from the working directory, which is another in a function: put the program into the folder of \
             `--programs`, and name it `{name}`"
        )),
    }
}

/// Why it is not among the programs of the folder.
fn missing(folder: &Path, name: &str) -> Option<String> {
    let file = folder.join(name);
    let told = folder.display();
    match std::fs::metadata(&file) {
        Ok(found) if found.is_file() && is_executable(&found) => None,
        Ok(found) if found.is_file() => Some(format!(
            "`{name}` in `{told}` is not executable: `chmod +x` it"
        )),
        _ => Some(format!(
            "there is no program `{name}` in `{told}`: put it there"
        )),
    }
}

#[cfg(unix)]
fn is_executable(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    found.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &std::fs::Metadata) -> bool {
    true
}

fn of_folder(command: &Command) -> Option<String> {
    let folder = known(command.cwd.as_ref()?)?;
    let is_there = ["/tmp", "/var/task", "/opt"]
        .iter()
        .any(|known| Path::new(folder).starts_with(known));
    (!is_there).then(|| {
        format!("a function has no folder `{folder}`: leave `cwd` out, and it has a folder of its own below /tmp")
    })
}

fn of_address(remote: &Remote) -> Option<String> {
    let address = Address::new(known(&remote.url)?, true).ok()?;
    address.is_on_this_machine().then(|| {
        "its `url` is on this machine, and a function runs on another: name where the function can reach it".to_owned()
    })
}

/// What is written, where no variable is in it.
fn known(template: &Template) -> Option<&str> {
    template.names().is_empty().then(|| template.as_written())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::source;

    fn entry(file: &str, entry: &Value) -> Entry {
        let text = json!({"mcpServers": {"bell": entry}}).to_string();
        source::read(Path::new(file), &text).entries.remove(0)
    }

    #[track_caller]
    fn check(of: &Value, programs: Option<&Path>, wanted: &[&str]) {
        let refusals = refusals(&entry("mcp.json", of), programs);
        assert_eq!(refusals.len(), wanted.len(), "{refusals:?}");
        for (told, wanted) in refusals.iter().zip(wanted) {
            assert!(told.contains(wanted), "{told}");
        }
    }

    #[test]
    fn a_program_is_in_the_package_a_layer_or_the_system() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, mode) in [("server", 0o755), ("text", 0o644)] {
            use std::os::unix::fs::PermissionsExt as _;
            let file = folder.path().join(name);
            std::fs::write(&file, "").expect("written");
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("set");
        }
        for (program, wanted) in [
            ("server", None),
            ("/var/task/bin/server", None),
            ("/opt/bin/anything", None),
            ("sh", None),
            ("/bin/bash", None),
            ("${SERVER}", None),
            ("text", Some("`text` in `")),
            ("other", Some("there is no program `other` in `")),
            ("node", Some("there is no program `node` in `")),
            ("/usr/bin/node", Some("is a path of this machine")),
            ("./server", Some("leads from the working directory")),
            ("/usr/local/bin/npx", Some("fetches what it runs")),
        ] {
            let wanted: Vec<&str> = wanted.into_iter().collect();
            check(&json!({"command": program}), Some(folder.path()), &wanted);
        }
        check(
            &json!({"command": "server"}),
            None,
            &["no folder has its program `server`"],
        );
    }

    #[test]
    fn all_that_stands_against_an_entry_is_told() {
        let command = json!({"command": "uvx", "args": ["x"], "cwd": "/home/ann"});
        check(
            &command,
            None,
            &["fetches what it runs", "no folder `/home/ann`"],
        );
        check(
            &json!({"url": "http://localhost:3000/mcp"}),
            None,
            &["on another"],
        );
        check(&json!({"url": "https://x.example.com/mcp"}), None, &[]);
    }

    #[test]
    fn a_file_in_yaml_and_a_server_that_was_found_are_refused() {
        let mut found = entry("mcp.json", &json!({"url": "https://x.example.com/mcp"}));
        found.place.file = "servers.yaml".into();
        found.found_by = Some(crate::discover::Source::Environment);
        let refusals = refusals(&found, None);
        assert_eq!(refusals.len(), 2, "{refusals:?}");
        assert!(
            refusals[1].contains("write the same as JSON"),
            "{refusals:?}"
        );
    }
}
