//! How much of a source may go at once. What is gone on purpose is rare; a folder that is not mounted, a branch that was
//! switched and an export that broke off are not.

use super::plan::Plan;
use crate::store::Source;

/// So few may go without asking.
const HANDFUL: u64 = 5;

/// Whether to keep what is gone now, until someone says that it is meant.
pub(super) fn is_refused(plan: &Plan, source: &Source, before: u64, gone: u64) -> bool {
    gone > HANDFUL && gone.saturating_mul(2) > before && !plan.accepts_loss(source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SourceKind;

    #[test]
    fn more_than_half_and_more_than_a_handful_are_refused_unless_accepted() {
        let source = Source {
            kind: SourceKind::Mail,
            path: "mail".to_owned(),
        };
        let plan = Plan::default();
        assert!(is_refused(&plan, &source, 11, 6));
        assert!(!is_refused(&plan, &source, 12, 6), "half");
        assert!(!is_refused(&plan, &source, 5, 5), "a handful");
        let plan = Plan {
            accept_loss: vec!["./mail/".into()],
            ..Plan::default()
        };
        assert!(!is_refused(&plan, &source, 11, 11));
    }
}
