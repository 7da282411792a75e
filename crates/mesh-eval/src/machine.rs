use std::fs;
use std::thread::available_parallelism;

/// The machine in a line; `unknown` for what it doesn't tell.
#[must_use]
pub fn describe() -> String {
    let cores = available_parallelism().map_or(0, usize::from);
    let model = proc_value("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned());
    format!("{cores} cores, {model}")
}

/// Memory of this process that is in RAM, in MB; 0 where the system doesn't tell.
#[must_use]
pub fn resident_mb() -> u64 {
    let kilobytes = proc_value("/proc/self/status", "VmRSS");
    let number = kilobytes.and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    number.unwrap_or(0) / 1024
}

fn proc_value(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
