use std::fs;
use std::io::{Error, Result};
use std::time::Duration;

/// What a process has used, as Linux counts it.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    pub resident_kb: u64,
    pub peak_resident_kb: u64,
    /// Of all its threads that still live.
    pub cpu: Duration,
}

impl Usage {
    pub(super) fn of(id: u32) -> Result<Self> {
        let status = fs::read_to_string(format!("/proc/{id}/status"))?;
        Ok(Self {
            resident_kb: field(&status, "VmRSS:")?,
            peak_resident_kb: field(&status, "VmHWM:")?,
            cpu: cpu(id)?,
        })
    }
}

fn field(status: &str, name: &str) -> Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .ok_or_else(|| Error::other(format!("the process has no `{name}`")))
}

/// From the scheduler, in nanoseconds: `/proc/<id>/stat` counts in hundredths of a second.
fn cpu(id: u32) -> Result<Duration> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir(format!("/proc/{id}/task"))? {
        let Ok(line) = fs::read_to_string(thread?.path().join("schedstat")) else {
            continue;
        };
        nanoseconds += line
            .split(' ')
            .next()
            .and_then(|first| first.parse::<u64>().ok())
            .unwrap_or_default();
    }
    Ok(Duration::from_nanos(nanoseconds))
}
