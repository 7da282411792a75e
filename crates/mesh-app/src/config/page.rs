use std::fmt::Write as _;

use super::setting::Setting;
use super::table::SECTIONS;

const HEAD: &str = "\
# Configuration

Every setting is an environment variable; a flag of the same name takes its place. All are read once, at the start, and
everything that is wrong with their values is reported together, with exit status 64. The files that they name are opened
after that: one that is not there, or that cannot be read, ends the command with status 1. A variable that begins with `MESH_` and is not
listed here is an error, so that a misspelt one never turns into a default. An empty variable counts as absent. (Kubernetes
adds variables named after Services to its pods: where one is called `mesh`, set `enableServiceLinks: false`.)

A setting that holds several paths is a list as `PATH` is (separated by `:`, on Windows by `;`); its flag is given once per
path.

This page is generated: `mesh settings --markdown > docs/CONFIGURATION.md`.
";

/// The operator's page of all settings.
#[must_use]
pub fn markdown() -> String {
    let mut page = HEAD.to_owned();
    for section in SECTIONS {
        write!(page, "\n## {}\n\n", section.title).expect("writing to a string cannot fail");
        page.push_str("| variable | flag | value | default | about |\n|---|---|---|---|---|\n");
        page.extend(section.settings.iter().map(row));
    }
    page
}

fn row(setting: &Setting) -> String {
    let flag = setting
        .flag
        .map_or(String::new(), |flag| format!("`{flag}`"));
    let Setting {
        name,
        unit,
        default,
        about,
        ..
    } = setting;
    format!(
        "| `{name}` | {flag} | {unit} | {default} | {} |\n",
        about.replace('|', "\\|")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_page_is_this_one() {
        let committed = include_str!("../../../../docs/CONFIGURATION.md");
        assert!(
            committed == markdown(),
            "docs/CONFIGURATION.md is out of date: run `mesh settings --markdown > docs/CONFIGURATION.md`"
        );
    }
}
