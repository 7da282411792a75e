use mesh_gateway::Template;

/// What `npx` is told to run.
#[derive(Debug, PartialEq)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    /// Which of its programs, where it has several.
    pub(super) program: Option<String>,
    pub(super) args: Vec<Template>,
}

/// Options that change nothing of what is run.
const WITHOUT_EFFECT: [&str; 6] = ["-y", "--yes", "-q", "--quiet", "--prefer-offline", "--"];

/// # Errors
/// Where it is not one package of one version, and what to write.
pub(super) fn package(args: &[Template]) -> Result<Package, String> {
    let mut words = args.iter();
    let mut named = None;
    while let Some(template) = words.next() {
        let word = template.as_written();
        if WITHOUT_EFFECT.contains(&word) {
            continue;
        }
        if matches!(word, "-p" | "--package") {
            named = words.next().map(Template::as_written);
        } else if let Some(package) = word.strip_prefix("--package=") {
            named = Some(package);
        } else if word.starts_with('-') {
            return Err(format!("`{word}` of `npx` is not known here: leave it out"));
        } else {
            let (name, version) = pinned(named.unwrap_or(word))?;
            return Ok(Package {
                name,
                version,
                program: named.map(|_| word.to_owned()),
                args: words.cloned().collect(),
            });
        }
    }
    Err("`npx` is not told what to run".to_owned())
}

fn pinned(package: &str) -> Result<(String, String), String> {
    let split = package
        .rsplit_once('@')
        .filter(|(name, _)| !name.is_empty());
    let (name, version) = split.unwrap_or((package, ""));
    let plain = |c: char| c.is_ascii_alphanumeric() || "@/._-".contains(c);
    let is_name =
        name.chars().all(plain) && !name.contains("..") && !name.starts_with(['.', '/', '-']);
    if !is_name || name.contains('/') != name.starts_with('@') {
        return Err(format!("`{package}` is no package of npm's registry"));
    }
    if !is_exact(version) {
        return Err(format!(
            "`{package}` has no exact version: write `{name}@1.2.3`, with the version that is meant"
        ));
    }
    Ok((name.to_owned(), version.to_owned()))
}

/// <https://semver.org>, section 2, and what may follow by sections 9 and 10.
fn is_exact(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let numbers: Vec<_> = core.split('.').collect();
    let is_number =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = |c: char| c.is_ascii_alphanumeric() || "-+.".contains(c);
    numbers.len() == 3 && numbers.iter().all(is_number) && version.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Result<Package, String> {
        let args: Vec<_> = words.iter().map(|word| Template::literal(word)).collect();
        package(&args)
    }

    #[test]
    fn a_package_of_one_version_is_told_from_its_arguments() {
        let scoped = of(&["-y", "@scope/server@2026.8.31", "--root", "/tmp"]).expect("known");
        assert_eq!(
            scoped,
            Package {
                name: "@scope/server".to_owned(),
                version: "2026.8.31".to_owned(),
                program: None,
                args: vec![Template::literal("--root"), Template::literal("/tmp")],
            }
        );
        let one_of_several = of(&["--package=tools@1.0.0-rc.1", "second"]).expect("known");
        assert_eq!(one_of_several.program.as_deref(), Some("second"));
        assert_eq!(one_of_several.version, "1.0.0-rc.1");
    }

    #[test]
    fn what_is_not_one_version_of_a_package_is_refused() {
        for (words, why) in [
            (
                &["-y", "server"][..],
                "has no exact version: write `server@1.2.3`",
            ),
            (&["@scope/server@latest"], "write `@scope/server@1.2.3`"),
            (&["server@^1.2.3"], "no exact version"),
            (&["github:someone/server"], "no package of npm's registry"),
            (&["../server@1.0.0"], "no package of npm's registry"),
            (&["a/b@1.0.0"], "no package of npm's registry"),
            (&["--call", "rm -r"], "`--call` of `npx` is not known here"),
            (&["-y"], "not told what to run"),
        ] {
            let refused = of(words).expect_err("refused");
            assert!(refused.contains(why), "{words:?}: {refused}");
        }
    }
}
