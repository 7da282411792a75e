use std::fs;
use std::thread::available_parallelism;

use anyhow::{Context as _, Result};

/// The machine in a line; `unknown` for what it doesn't tell.
pub(crate) fn describe() -> String {
    let cores = available_parallelism().map_or(0, usize::from);
    let model = proc_value("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned());
    format!("{cores} cores, {model}")
}

/// What a report begins with.
pub(crate) fn line() -> String {
    format!("Machine: {}\n", describe())
}

/// Memory of a process that is in RAM.
pub(crate) fn resident_kb(process: u32) -> Result<u64> {
    let resident = proc_value(&format!("/proc/{process}/status"), "VmRSS").context("no VmRSS")?;
    Ok(resident.trim_end_matches(" kB").parse()?)
}

fn proc_value(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
