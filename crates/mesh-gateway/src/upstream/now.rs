use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use futures::future::{BoxFuture, Shared};
use tokio_util::sync::CancellationToken;

use super::debounce::Debounce;
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
    /// Failures since the last success.
    pub(super) failures: u32,
    /// Calls in a row during which it exited; starting again does not reset it.
    pub(super) crashes: u32,
    /// How often in a row it was left alone.
    pub(super) outages: u32,
    /// Not tried again before.
    pub(super) out_until: Option<Instant>,
    /// The circuit is half-open: one call tries it, and no other does before.
    pub(super) half_open_until: Option<Instant>,
    pub(super) last_fault: Option<(SystemTime, Fault)>,
    pub(super) last_success: Option<SystemTime>,
    pub(super) used: Option<Instant>,
    /// When it was last looked after.
    pub(super) looked_at: Option<Instant>,
    /// The same as `used` by the clock on the wall, of the end of the last call.
    pub(super) used_at: Option<SystemTime>,
    pub(super) heard: Option<Arc<Heard>>,
    pub(super) heard_at: Option<Instant>,
    pub(super) lists_tried_at: Option<Instant>,
    pub(super) debounce: Debounce,
    /// They could not be read, and may be others by now.
    pub(super) are_lists_due: bool,
    pub(super) said: Option<String>,
    /// What was heard and nobody has approved.
    pub(super) withheld: Vec<(Kind, String)>,
    /// When credentials that had just been read were refused by a 403.
    pub(super) forbidden_at: Option<Instant>,
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

impl Phase {
    pub(super) fn is(&self, connection: &Arc<Connection>) -> bool {
        matches!(self, Self::Up(known) if Arc::ptr_eq(known, connection))
    }
}

/// A start that is under way.
#[derive(Clone, Debug)]
pub(super) struct Starting {
    pub(super) started: Shared<BoxFuture<'static, Result<Arc<Connection>, Fault>>>,
    /// Cancelled where nobody needs it any more.
    pub(super) until: CancellationToken,
}

impl Now {
    /// A call was answered.
    pub(super) fn succeed(&mut self) {
        self.crashes = 0;
        self.is_there();
    }

    /// It answered something else than a call.
    pub(super) fn is_there(&mut self) {
        self.failures = self.crashes;
        if self.crashes == 0 {
            self.outages = 0;
        }
        self.is_let_in();
        self.last_success = Some(SystemTime::now());
    }

    /// It is left alone no longer.
    pub(super) const fn is_let_in(&mut self) {
        self.out_until = None;
        self.half_open_until = None;
    }

    /// It was left alone, and has answered nothing since.
    pub(super) const fn is_out(&self) -> bool {
        self.failures > 0 && self.out_until.is_some()
    }

    /// What is said of an upstream that one of ours below leaves alone, without knowing why.
    pub(super) fn explained(&self, fault: Fault) -> Fault {
        match (fault, &self.last_fault) {
            (Fault::LeftAlone { retry_in, .. }, Some((_, last))) => Fault::LeftAlone {
                retry_in,
                after: last.to_string(),
            },
            (fault, _) => fault,
        }
    }

    pub(super) fn fail(&mut self, fault: Fault) {
        self.failures += 1;
        self.remember(fault);
    }

    /// Its lists could not be read. However often that is tried, its calls may be well.
    pub(super) fn fail_to_list(&mut self, fault: Fault) {
        self.failures = self.failures.max(1);
        self.heard_at = None;
        self.remember(fault);
    }

    /// One that leads back to us is left alone at once and for long: only people end that, and an entry that is changed is
    /// tried anew.
    fn remember(&mut self, fault: Fault) {
        if matches!(fault, Fault::Cycle(_)) {
            self.phase = Phase::Idle;
            self.out_until = Some(Instant::now() + CYCLE_BACK_OFF);
        }
        self.last_fault = Some((SystemTime::now(), fault));
    }

    /// What a call over this connection met. It is nothing to the one that is there now, if that is another: of many calls that
    /// lose one connection, one tells of it.
    pub(super) fn fail_over(&mut self, connection: &Arc<Connection>, fault: Fault) {
        if !self.phase.is(connection) {
            return;
        }
        self.fail(fault);
        if connection.wire.over().is_some() {
            self.said = connection.wire.said();
            self.phase = Phase::Idle;
            self.crashes += 1;
        }
        if self.failures >= MAX_FAILURES {
            self.back_off();
        }
    }

    /// Longer each time, and never for all upstreams at the same moment.
    pub(super) fn back_off(&mut self) {
        if matches!(self.last_fault, Some((_, Fault::Cycle(_)))) {
            return;
        }
        let wait = Duration::from_secs(1 << self.outages.min(6)).min(MAX_BACK_OFF);
        self.outages += 1;
        let mut random = [0; 1];
        let _ = getrandom::fill(&mut random);
        let jitter = wait.mul_f64(0.25 * f64::from(random[0]) / 256.0);
        self.out_until = Some(Instant::now() + wait - jitter);
        self.half_open_until = None;
    }

    /// # Errors
    /// Where it is not tried at this moment.
    pub(super) fn left_alone(&self) -> Result<(), Fault> {
        self.not_before(self.out_until)
    }

    /// As [`Self::left_alone`], of a connection that is there: after its rest the circuit is half-open, and one call tries it; the
    /// others are let in when that one was answered.
    pub(super) fn admit(&mut self) -> Result<(), Fault> {
        /// A call that has no answer by then keeps others out no longer.
        const MAX_HALF_OPEN: Duration = Duration::from_secs(10);
        self.left_alone()?;
        if self.out_until.is_some() {
            self.not_before(self.half_open_until)?;
            self.half_open_until = Some(Instant::now() + MAX_HALF_OPEN);
        }
        Ok(())
    }

    fn not_before(&self, until: Option<Instant>) -> Result<(), Fault> {
        let left = until.and_then(|until| until.checked_duration_since(Instant::now()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_cannot_be_read_never_count_as_many_failures() {
        let mut now = Now {
            heard_at: Some(Instant::now()),
            ..Now::default()
        };
        for _ in 0..10 {
            now.fail_to_list(Fault::Status(500));
        }
        assert_eq!((now.failures, now.heard_at), (1, None));
        now.fail(Fault::TimedOut);
        now.fail_to_list(Fault::Status(500));
        assert_eq!(now.failures, 2);
    }

    #[test]
    fn what_is_left_alone_below_is_told_with_what_was_last_met() {
        let below = || Fault::LeftAlone {
            retry_in: Duration::from_secs(4),
            after: "it failed again and again".to_owned(),
        };
        let after = |fault| match fault {
            Fault::LeftAlone { after, .. } => after,
            fault => panic!("{fault}"),
        };
        let mut now = Now::default();
        assert_eq!(after(now.explained(below())), "it failed again and again");
        now.fail(Fault::Status(502));
        assert_eq!(after(now.explained(below())), "it answered with HTTP 502");
        assert!(matches!(now.explained(Fault::Busy), Fault::Busy));
    }

    #[test]
    fn after_its_rest_one_call_tries_it_and_the_others_follow_when_that_is_answered() {
        let mut now = Now::default();
        assert!([(); 3].iter().all(|()| now.admit().is_ok()));
        now.fail(Fault::TimedOut);
        now.back_off();
        assert!(now.admit().is_err());
        let is_admitted = |now: &mut Now| [(); 3].map(|()| now.admit().is_ok());
        now.out_until = Some(Instant::now());
        assert_eq!(is_admitted(&mut now), [true, false, false]);
        now.back_off();
        now.out_until = Some(Instant::now());
        assert_eq!(is_admitted(&mut now), [true, false, false]);
        now.is_there();
        assert_eq!(is_admitted(&mut now), [true; 3]);
    }

    #[test]
    fn it_is_left_alone_for_longer_each_time_until_a_call_is_answered() {
        fn seconds(now: &mut Now) -> u32 {
            now.fail(Fault::TimedOut);
            now.back_off();
            let until = now.out_until.expect("left alone");
            // A quarter less at most.
            let wait = until.duration_since(Instant::now()).as_secs_f64();
            [1, 2, 4, 8]
                .into_iter()
                .find(|&most| wait <= f64::from(most))
                .unwrap_or_default()
        }
        let mut now = Now::default();
        assert_eq!([(); 3].map(|()| seconds(&mut now)), [1, 2, 4]);
        now.crashes = 3;
        now.is_there();
        assert_eq!((now.failures, seconds(&mut now)), (3, 8));
        now.succeed();
        assert_eq!((now.failures, seconds(&mut now)), (0, 1));
    }
}
