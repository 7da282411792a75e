//! Lambda freezes an environment between invocations: everything in it stops, and nobody outside does.

use std::process::Command;
use std::time::Duration;

use super::Function;

impl Function {
    /// Stops the process and all that descend from it for a while, as between two invocations.
    pub async fn frozen_for(&self, time: Duration) {
        let frozen = descendants(self.id());
        signal("STOP", &frozen);
        tokio::time::sleep(time).await;
        signal("CONT", &frozen);
    }
}

/// The process, its children and theirs.
fn descendants(id: u32) -> Vec<u32> {
    let mut family = vec![id];
    let mut looked_at = 0;
    while let Some(parent) = family.get(looked_at).copied() {
        family.extend(children(parent));
        looked_at += 1;
    }
    family
}

/// proc(5), `stat`: the fourth field is the parent; the second, in brackets, may have anything in it.
fn children(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|process| process.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        rest.split(' ').nth(1) == Some(parent.to_string().as_str())
    })
    .collect()
}

fn signal(name: &str, processes: &[u32]) {
    for process in processes {
        // One may have ended meanwhile.
        let _ = Command::new("kill")
            .args(["-s", name, &process.to_string()])
            .status();
    }
}
