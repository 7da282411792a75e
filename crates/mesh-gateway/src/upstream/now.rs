use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use futures::future::{BoxFuture, Shared};

use crate::connection::Connection;
use crate::fault::Fault;
use crate::heard::{Heard, Kind};

/// After so many failures in a row an upstream is left alone.
pub(super) const MAX_FAILURES: u32 = 3;
const MAX_BACK_OFF: Duration = Duration::from_secs(60);
const CYCLE_BACK_OFF: Duration = Duration::from_secs(600);

/// How an upstream is at this moment.
#[derive(Debug, Default)]
pub(super) struct Now {
    pub(super) phase: Phase,
    /// In a row.
    pub(super) failures: u32,
    /// Not tried again before.
    pub(super) out_until: Option<Instant>,
    pub(super) last_fault: Option<(SystemTime, Fault)>,
    pub(super) last_success: Option<SystemTime>,
    pub(super) used: Option<Instant>,
    /// When it was last looked after.
    pub(super) looked_at: Option<Instant>,
    /// The same as `used` by the clock on the wall, of the end of the last call.
    pub(super) used_at: Option<SystemTime>,
    pub(super) heard: Option<Arc<Heard>>,
    pub(super) heard_at: Option<Instant>,
    /// They could not be read, and may be others by now.
    pub(super) are_lists_due: bool,
    pub(super) said: Option<String>,
    /// What was heard and nobody has approved.
    pub(super) withheld: Vec<(Kind, String)>,
    /// It is not configured any more.
    pub(super) is_retired: bool,
}

#[derive(Debug, Default)]
pub(super) enum Phase {
    #[default]
    Idle,
    Starting(Starting),
    Up(Arc<Connection>),
}

pub(super) type Starting = Shared<BoxFuture<'static, Result<Arc<Connection>, Fault>>>;

impl Now {
    pub(super) fn succeed(&mut self) {
        self.failures = 0;
        self.out_until = None;
        self.last_success = Some(SystemTime::now());
    }

    /// One that leads back to us is left alone at once and for long: only people end that, and an entry that is changed is
    /// tried anew.
    pub(super) fn fail(&mut self, fault: Fault) {
        self.failures += 1;
        if matches!(fault, Fault::Cycle(_)) {
            self.phase = Phase::Idle;
            self.out_until = Some(Instant::now() + CYCLE_BACK_OFF);
        }
        self.last_fault = Some((SystemTime::now(), fault));
    }

    /// Longer with each failure, and never for all upstreams at the same moment.
    pub(super) fn back_off(&mut self) {
        if matches!(self.last_fault, Some((_, Fault::Cycle(_)))) {
            return;
        }
        let exponent = self.failures.saturating_sub(1).min(6);
        let wait = Duration::from_secs(1 << exponent).min(MAX_BACK_OFF);
        let mut random = [0; 1];
        let _ = getrandom::fill(&mut random);
        let jitter = wait.mul_f64(0.25 * f64::from(random[0]) / 256.0);
        self.out_until = Some(Instant::now() + wait - jitter);
    }

    pub(super) fn left_alone(&self) -> Result<(), Fault> {
        let left = self
            .out_until
            .and_then(|until| until.checked_duration_since(Instant::now()));
        match left {
            Some(retry_in) if !retry_in.is_zero() => Err(Fault::LeftAlone {
                retry_in,
                after: self
                    .last_fault
                    .as_ref()
                    .map_or_else(String::new, |(_, fault)| fault.to_string()),
            }),
            _ => Ok(()),
        }
    }
}
