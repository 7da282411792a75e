use std::sync::OnceLock;

use pulp::{Arch, WithSimd};

/// Runs `work` compiled for the widest vectors this processor has. Only what is inlined into it takes part, and nobody can
/// have a closure inlined: work is a struct whose `call`, and all that it calls, is `#[inline(always)]`.
pub(crate) fn widest<W: WithSimd>(work: W) -> W::Output {
    static ARCH: OnceLock<Arch> = OnceLock::new();
    ARCH.get_or_init(Arch::new).dispatch(work)
}
