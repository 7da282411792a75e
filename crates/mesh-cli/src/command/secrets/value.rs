use std::io::{self, IsTerminal as _, Read as _};

use anyhow::{Context as _, ensure};
use mesh_core::{Parameter, Secret};

use crate::exit::Failure;

/// The most the store keeps in one parameter.
const MAX_BYTES: u64 = 8 * 1024;

/// A value from stdin, or from a person whose typing is not shown, if it can be one of this kind.
pub(super) fn read(parameter: Parameter) -> Result<Secret, Failure> {
    let name = parameter.spellings().first().copied().unwrap_or_default();
    let given = if io::stdin().is_terminal() {
        let asked = rpassword::prompt_password(format!("value of {name} (not shown): "));
        Secret::new(asked.context("cannot read from the terminal")?)
    } else {
        piped()?
    };
    let fits = parameter.read(given.reveal());
    fits.map_err(|rule| {
        Failure::usage(format!("the value of `{name}` {rule}; nothing was written"))
    })
}

fn piped() -> anyhow::Result<Secret> {
    // Room for all of it, so that no copy is left behind in memory when it grows.
    let mut text = String::with_capacity(MAX_BYTES as usize + 1);
    io::stdin()
        .take(MAX_BYTES + 1)
        .read_to_string(&mut text)
        .context("cannot read the value from stdin")?;
    let value = Secret::new(text);
    ensure!(
        value.reveal().len() as u64 <= MAX_BYTES,
        "a value is at most {MAX_BYTES} bytes"
    );
    Ok(value)
}
