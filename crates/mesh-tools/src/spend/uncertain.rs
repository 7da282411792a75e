//! A call that was sent and has no answer may have been charged, or may have left something behind. Nobody knows, and so the
//! same call is not made again unless that is asked for.

use std::time::Duration;

use crate::error::ToolError;

/// What is answered in place of doing again what may have been done.
pub(super) fn refused() -> ToolError {
    ToolError::Unavailable(
        "the same call ended without an answer less than ten minutes ago; it may have been charged, or have left something \
         behind: look at the account first. With `\"fresh\": true` it is made again, and paid again; nothing was done now"
            .to_owned(),
    )
}

/// What is answered to who waits for a call that its caller has given up.
pub(super) fn given_up() -> ToolError {
    ToolError::Unavailable(
        "the first call of the same was given up; it may have been charged".to_owned(),
    )
}

/// Where the time is over, and it was sent.
pub(super) fn late(budget: Duration) -> ToolError {
    let seconds = budget.as_secs_f32();
    ToolError::Unavailable(format!(
        "ElevenLabs has no answer within {seconds} s; it may have been charged: look at the account before you call again. The \
         server's `MESH_BUDGET_MS` allows more time"
    ))
}
