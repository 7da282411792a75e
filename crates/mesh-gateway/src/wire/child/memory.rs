//! How much memory processes take.

use std::collections::HashMap;

use super::Group;

/// What the processes of each group have in memory, as far as `/proc` tells: proc(5), `stat`, fields 5 and 24.
pub(crate) fn resident_bytes(groups: &[Group]) -> HashMap<Group, u64> {
    let mut bytes: HashMap<Group, u64> = HashMap::new();
    let page = u64::try_from(rustix::param::page_size()).unwrap_or(4096);
    for process in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let stat = std::fs::read_to_string(process.path().join("stat"));
        let Some((group, pages)) = stat.ok().as_deref().and_then(read) else {
            continue;
        };
        if groups.contains(&group) {
            *bytes.entry(group).or_default() += pages * page;
        }
    }
    bytes
}

/// A process's name is in brackets, and may have brackets and spaces in it.
fn read(stat: &str) -> Option<(Group, u64)> {
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut fields = rest.split(' ');
    let group = fields.nth(2)?.parse().ok()?;
    let pages = fields.nth(18)?.parse().ok()?;
    Some((group, pages))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_stat_is_read_whatever_the_process_is_called() {
        let line = "4242 (a) b (c)) S 1 4240 4240 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 11 0 12345 9000000 1500 \
                    18446744073709551615 1 1 0";
        assert_eq!(read(line), Some((4240, 1500)));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_very_process_takes_some() {
        let group = rustix::process::getpgrp().as_raw_nonzero().get();
        let bytes = resident_bytes(&[group]);
        assert!(bytes[&group] > 1 << 20, "{bytes:?}");
    }
}
