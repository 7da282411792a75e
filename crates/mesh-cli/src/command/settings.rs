use std::fmt::Write as _;

use clap::Args;
use mesh_app::config::{self, Setting};

use crate::exit::{Exit, Failure};
use crate::terminal;

/// List every setting: its variable, flag, values and default.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// As the page docs/CONFIGURATION.md
    #[arg(long)]
    markdown: bool,
}

impl Settings {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let page = if self.markdown {
            config::markdown()
        } else {
            plain()
        };
        terminal::print(&page)?;
        Ok(Exit::Done)
    }
}

fn plain() -> String {
    let mut text = String::new();
    for Setting {
        name,
        flag,
        unit,
        default,
        about,
    } in config::settings()
    {
        let flag = flag.map_or(String::new(), |flag| format!(", {flag}"));
        write!(
            text,
            "{name}{flag}\n  {about}\n  Value: {unit}. Default: {default}.\n\n"
        )
        .expect("writing to a string cannot fail");
    }
    text.truncate(text.trim_end().len());
    text
}
