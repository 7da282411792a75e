use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use super::Architecture;

/// Of the line with long-term support. The registry's package has the program that nodejs.org gives out.
const NODE: &str = "24.22.3";

/// Programs, and below `lib` what they consist of.
pub(super) struct Folder {
    path: PathBuf,
    architecture: Architecture,
}

impl Architecture {
    /// As npm, and as `uname -m` have it.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Arm64 => ("arm64", "aarch64"),
            Self::X86 => ("x64", "x86_64"),
        }
    }
}

impl Folder {
    pub(super) fn new(path: PathBuf, architecture: Architecture) -> Self {
        Self { path, architecture }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Installs a package and a program that starts it; the program's name.
    pub(super) fn install(
        &self,
        server: &str,
        package: &str,
        version: &str,
        program: Option<&str>,
    ) -> anyhow::Result<String> {
        self.node().context("Node.js")?;
        let name: String = server
            .chars()
            .map(|c| match c.is_ascii_alphanumeric() || c == '-' {
                true => c,
                false => '_',
            })
            .collect();
        let home = self.path.join("lib").join(&name);
        self.npm(&home, &format!("{package}@{version}"))?;
        let root = Path::new("node_modules").join(package);
        let script = script(&home.join(&root), package, program)?;
        let script = Path::new("lib").join(&name).join(root).join(script);
        self.write(&name, &script.to_string_lossy())?;
        Ok(name)
    }

    /// Node.js itself, and nothing of what comes with it.
    fn node(&self) -> anyhow::Result<()> {
        let (cpu, _) = self.architecture.names();
        let program = self.path.join("lib/node");
        let version = self.path.join("lib/node.version");
        let wanted = format!("{NODE} {cpu}\n");
        if fs::read_to_string(&version).is_ok_and(|known| known == wanted) && program.is_file() {
            return Ok(());
        }
        let package = format!("node-linux-{cpu}");
        let home = self.path.join("lib/node.new");
        self.npm(&home, &format!("{package}@{NODE}"))?;
        let fetched = home.join("node_modules").join(package).join("bin/node");
        fs::rename(fetched, program)?;
        fs::remove_dir_all(&home)?;
        fs::write(version, wanted)?;
        Ok(())
    }

    /// What is in `home` already stays pinned, with all that it needs: by npm's own lock.
    fn npm(&self, home: &Path, package: &str) -> anyhow::Result<()> {
        fs::create_dir_all(home)?;
        let (cpu, _) = self.architecture.names();
        let mut command = Command::new("npm");
        command.args(["install", "--save-exact", "--ignore-scripts", "--omit=dev"]);
        command.args(["--no-audit", "--no-fund", "--loglevel=error"]);
        command.args(["--os=linux", "--libc=glibc", "--cpu", cpu, "--prefix"]);
        command.arg(home).arg(package).stdin(Stdio::null());
        let done = command.output().context("`npm` cannot be started")?;
        if !done.status.success() {
            let said = String::from_utf8_lossy(&done.stderr);
            let lines: Vec<_> = said.lines().take(10).collect();
            bail!("npm: {}", lines.join("\n  "));
        }
        Ok(())
    }

    /// On a machine with another processor the program works with the Node.js that is there: so can it be tried and approved.
    fn write(&self, name: &str, script: &str) -> anyhow::Result<()> {
        let (_, machine) = self.architecture.names();
        let text = format!(
            "#!/bin/sh\nhere=${{0%/*}}\ncase $(uname -sm) in \"Linux {machine}\") node=$here/lib/node ;; *) node=node ;; esac\n\
             exec \"$node\" \"$here/{script}\" \"$@\"\n"
        );
        let program = self.path.join(name);
        fs::write(&program, text)?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        Ok(())
    }
}

/// The script of a package that is run under its own name, or the one that is named.
fn script(root: &Path, package: &str, program: Option<&str>) -> anyhow::Result<String> {
    let text = fs::read_to_string(root.join("package.json"))?;
    let about: Value = serde_json::from_str(&text).context("its package.json")?;
    let own = package.rsplit('/').next().unwrap_or(package);
    let script = match (&about["bin"], program) {
        (Value::String(script), program) if program.is_none_or(|program| program == own) => {
            Some(script.as_str())
        }
        (Value::Object(programs), Some(program)) => programs.get(program).and_then(Value::as_str),
        (Value::Object(programs), None) if programs.len() == 1 => {
            programs.values().next().and_then(Value::as_str)
        }
        (Value::Object(programs), None) => programs.get(own).and_then(Value::as_str),
        _ => None,
    };
    let script =
        script.with_context(|| format!("it has no program `{}`", program.unwrap_or(own)))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    ensure!(
        script.chars().all(plain) && root.join(script).is_file(),
        "its program is no file of the package"
    );
    Ok(script.trim_start_matches("./").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bin: &str, program: Option<&str>) -> Result<String, String> {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(
            root.path().join("package.json"),
            format!("{{\"bin\": {bin}}}"),
        )
        .expect("written");
        for script in ["main.js", "second.js"] {
            fs::write(root.path().join(script), "").expect("written");
        }
        script(root.path(), "@scope/server", program).map_err(|error| error.to_string())
    }

    #[test]
    fn a_package_s_program_is_the_one_npx_would_run() {
        let several = r#"{"server": "./main.js", "second": "second.js"}"#;
        for (bin, program, wanted) in [
            (r#""main.js""#, None, "main.js"),
            (r#"{"other": "./main.js"}"#, None, "main.js"),
            (several, None, "main.js"),
            (several, Some("second"), "second.js"),
        ] {
            assert_eq!(of(bin, program), Ok(wanted.to_owned()), "{bin}");
        }
        for (bin, program, why) in [
            ("null", None, "it has no program `server`"),
            (several, Some("third"), "it has no program `third`"),
            (
                r#""gone.js""#,
                None,
                "its program is no file of the package",
            ),
            (
                r#""main.js\"; rm""#,
                None,
                "its program is no file of the package",
            ),
        ] {
            assert_eq!(of(bin, program), Err(why.to_owned()), "{bin}");
        }
    }
}
