use std::time::Duration;

use super::reader::Reader;

/// How much one request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `MESH_BUDGET_MS`, in milliseconds, 1000 to 600000: how long a request may take before it is answered with what
    /// there is. Default 25000: most clients and every gateway in between give up at 30 seconds.
    pub budget: Duration,
    /// `MESH_SOFT_DEADLINE_GAP_MS`, in milliseconds, 0 to 60000: how long before its end a request that gathers from several
    /// sources stops waiting for them. Default: a tenth of the budget, a second at most.
    pub soft_deadline_gap: Option<Duration>,
    /// `MESH_MAX_BODY_BYTES`, in bytes, 1024 to 67108864: the largest body taken. Default 4 MiB: far above any question,
    /// and a hundred of them at once still fit in a small machine.
    pub max_body_bytes: usize,
}

const BUDGET_MS: (u64, u64) = (1_000, 600_000);
const GAP_MS: (u64, u64) = (0, 60_000);
const BODY_BYTES: (u64, u64) = (1024, 64 * 1024 * 1024);

impl Limits {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let budget_ms = reader.number("MESH_BUDGET_MS", BUDGET_MS, 25_000);
        let gap_ms = reader.optional_number("MESH_SOFT_DEADLINE_GAP_MS", GAP_MS);
        let max_body_bytes = reader.number("MESH_MAX_BODY_BYTES", BODY_BYTES, 4 * 1024 * 1024);
        Self {
            budget: Duration::from_millis(budget_ms),
            soft_deadline_gap: gap_ms.map(Duration::from_millis),
            max_body_bytes: usize::try_from(max_body_bytes)
                .expect("the upper bound fits in 32 bits"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Variables};

    #[test]
    fn a_number_outside_its_bounds_is_refused_and_both_bounds_are_inside() {
        for (name, inside, outside) in [
            ("MESH_BUDGET_MS", ["1000", "600000"], ["999", "600001"]),
            (
                "MESH_SOFT_DEADLINE_GAP_MS",
                ["0", "60000"],
                ["60001", "600000"],
            ),
            (
                "MESH_MAX_BODY_BYTES",
                ["1024", "67108864"],
                ["1023", "67108865"],
            ),
        ] {
            for value in inside {
                assert!(
                    Config::read(&Variables::new([(name, value)])).is_ok(),
                    "{value}"
                );
            }
            for value in outside {
                let faults = Config::read(&Variables::new([(name, value)])).expect_err("fault");
                assert!(faults.to_string().contains("must be between"), "{faults}");
            }
        }
    }
}
