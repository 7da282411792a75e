use mesh_gateway::{Gateway, Kind, Stats};

use super::{Plan, Waiting};
use crate::exit::{Exit, Failure};
use crate::terminal;

/// Enough of what a process wrote to see why it ended.
const MAX_LINES: usize = 20;

pub(super) fn run(plan: &Plan) -> Result<Exit, Failure> {
    let (entries, waiting) = plan.startable()?;
    let (told, is_well) = plan.tried(entries, |gateway| {
        let stats = gateway.stats();
        let told: Vec<_> = stats.iter().map(|stats| of(gateway, stats)).collect();
        let notes = gateway.catalogue().notes.clone();
        let is_well = stats.iter().all(|stats| stats.fault.is_none());
        ((told, notes), is_well)
    })?;
    let (servers, notes) = told;
    for server in servers {
        terminal::print(&server)?;
    }
    for Waiting { entry, why } in &waiting {
        terminal::print(&format!("{}: not started: {why}", entry.name))?;
    }
    for note in &notes {
        terminal::note(&format!("warning: {note}"));
    }
    Ok(match plan.exit() {
        _ if !is_well => Exit::Failed,
        Exit::Done if !notes.is_empty() || !waiting.is_empty() => Exit::Warned,
        exit => exit,
    })
}

fn of(gateway: &Gateway, stats: &Stats) -> String {
    let name = &stats.name;
    if let Some((_, fault)) = &stats.fault {
        let said = stats.said.as_deref().unwrap_or_default();
        let lines: Vec<&str> = said.lines().collect();
        let last = &lines[lines.len().saturating_sub(MAX_LINES)..];
        let said: String = last
            .iter()
            .map(|line| format!("\n    {}", line.escape_debug()))
            .collect();
        return format!("{name}: does not work: {fault}{said}");
    }
    let heard = gateway.heard(name).unwrap_or_default();
    let catalogue = gateway.catalogue();
    let tools = catalogue.tools.iter();
    let tools = tools.filter(|tool| *tool.upstream == **name).count();
    let count = |kind| heard.of(kind).len();
    let revision = stats.revision.as_deref().unwrap_or("no revision");
    let noise = match stats.noise {
        0 => String::new(),
        lines => format!("; {lines} lines of its output are no messages"),
    };
    format!(
        "{name}: MCP {revision}; tools {tools}, prompts {}, resources {}, templates {}{noise}",
        count(Kind::Prompt),
        count(Kind::Resource),
        count(Kind::Template)
    )
}
