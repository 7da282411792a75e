//! How much of a source may go at once. What is gone on purpose is rare; a folder that is not mounted, a disk that is full, a
//! branch that was switched and an export that broke off are not.

use super::plan::Plan;
use crate::ingest::SkipReason;
use crate::store::Source;

/// So few may go without asking.
const HANDFUL: u64 = 5;

/// What a source, or a file of one, had and has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loss {
    pub(super) before: u64,
    pub(super) gone: u64,
    /// What is there now, what is new too.
    pub(super) now: u64,
}

impl Loss {
    /// Why to keep what is gone now, until someone says that it is meant.
    pub(super) fn refusal(self, plan: &Plan, source: &Source) -> Option<SkipReason> {
        let Self { before, gone, now } = self;
        if plan.accepts_loss(source) {
            return None;
        }
        if before > 0 && now == 0 {
            return Some(SkipReason::Emptied);
        }
        (gone > HANDFUL && gone.saturating_mul(2) > before)
            .then_some(SkipReason::MostlyGone { gone, of: before })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SourceKind;

    fn refusal(plan: &Plan, before: u64, gone: u64, now: u64) -> Option<SkipReason> {
        let source = Source {
            kind: SourceKind::Mail,
            path: "mail".to_owned(),
        };
        Loss { before, gone, now }.refusal(plan, &source)
    }

    fn accepted() -> Plan {
        Plan {
            accept_loss: vec!["./mail/".into()],
            ..Plan::default()
        }
    }

    #[test]
    fn more_than_half_and_more_than_a_handful_are_refused_unless_accepted() {
        let plan = Plan::default();
        let most = SkipReason::MostlyGone { gone: 6, of: 11 };
        assert_eq!(refusal(&plan, 11, 6, 5), Some(most));
        assert_eq!(refusal(&plan, 12, 6, 6), None, "half");
        assert_eq!(refusal(&plan, 6, 5, 1), None, "a handful");
        assert_eq!(refusal(&accepted(), 11, 10, 1), None);
    }

    #[test]
    fn nothing_in_the_place_of_something_is_refused_however_little_it_was() {
        let plan = Plan::default();
        assert_eq!(refusal(&plan, 1, 1, 0), Some(SkipReason::Emptied));
        assert_eq!(refusal(&plan, 0, 0, 0), None, "it was empty before");
        assert_eq!(refusal(&accepted(), 1, 1, 0), None);
    }
}
