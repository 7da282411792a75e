//! How much a caller may have, and how large it may be.

use std::time::{Duration, Instant, SystemTime};

use mesh_core::{Caller, Deadline, Effect};
use mesh_doors::limits::{Admitted, Counted, Limit, Refused, SharedRefusal, Sizes};
use mesh_store::Within;
use mesh_tools::ToolError;
use mesh_tools::secrets::now;

use super::What;
use crate::access::Granted;
use crate::app::App;
use crate::mcp::{Incoming, Measured, json_bytes};

/// What a caller may have: by the policy or, without one, what everybody may who comes from outside.
fn limit(app: &App, caller: &Caller, granted: Option<&Granted>, effect: Effect) -> Option<Limit> {
    let is_limited = app.config.server.limits.is_on() && *caller != Caller::Local;
    match granted {
        Some(granted) => Some(granted.limit_of(effect)),
        None => is_limited.then(|| Limit::default_of(effect)),
    }
}

/// Whether a call may run: in this order it is denied, larger than it may be, or more than the caller may have. It counts as
/// running until what is returned is dropped.
pub(super) async fn admit(
    app: &App,
    incoming: &Incoming,
    granted: Option<&Granted>,
    what: What<'_>,
    deadline: Deadline,
) -> Result<Option<Admitted>, ToolError> {
    let What {
        effect, arguments, ..
    } = what;
    if let Some(denied) = what.denied {
        return Err(ToolError::Denied(denied.to_string()));
    }
    let sizes = sizes(granted, effect);
    if sizes.request_bytes.is_some() && !arguments.is_null() {
        sizes
            .take(effect, json_bytes(arguments))
            .map_err(|refused| ToolError::RequestTooLarge(refused.to_string()))?;
    }
    within_limits(app, incoming, granted, effect, deadline).await
}

/// What was asked for, where the caller may be given that much.
pub(super) fn bounded_result<T: Measured>(
    granted: Option<&Granted>,
    effect: Effect,
    result: T,
) -> Result<T, ToolError> {
    let sizes = sizes(granted, effect);
    if sizes.result_bytes.is_some() {
        sizes
            .give(effect, result.bytes())
            .map_err(|refused| ToolError::ResultTooLarge(refused.to_string()))?;
    }
    Ok(result)
}

fn sizes(granted: Option<&Granted>, effect: Effect) -> Sizes {
    granted.map_or_else(Sizes::default, |granted| granted.sizes_of(effect))
}

/// Refuses what is more than the caller may have.
async fn within_limits(
    app: &App,
    incoming: &Incoming,
    granted: Option<&Granted>,
    effect: Effect,
    deadline: Deadline,
) -> Result<Option<Admitted>, ToolError> {
    /// A state that is slow holds up nothing that can go on without it.
    const TIMEOUT: Duration = Duration::from_millis(250);
    let Some(limit) = limit(app, &incoming.request.caller, granted, effect) else {
        return Ok(None);
    };
    let caller = incoming.request.caller.id();
    let running = app
        .limiter
        .admit(caller, effect, limit, now())
        .map_err(rate_limited)?;
    let Some(shared) = &app.shared else {
        return Ok(Some(running));
    };
    let wall = SystemTime::now();
    let deadline = match effect {
        Effect::Spend => deadline,
        Effect::Read | Effect::Write => deadline.at_most(Instant::now(), TIMEOUT),
    };
    match shared
        .admit(
            caller,
            effect,
            limit,
            Within {
                now: wall,
                deadline,
            },
        )
        .await
    {
        Ok(Counted::Shared) => Ok(Some(running)),
        Ok(Counted::Alone(error)) => {
            tracing::warn!(%error, "calls are counted in this process alone");
            Ok(Some(running))
        }
        Err(SharedRefusal::Refused(refused)) => Err(rate_limited(refused)),
        Err(uncounted @ SharedRefusal::Uncounted(_)) => {
            Err(ToolError::Unavailable(uncounted.to_string()))
        }
    }
}

fn rate_limited(refused: Refused) -> ToolError {
    ToolError::RateLimited {
        told: refused.to_string(),
        retry_after: refused.retry_in,
    }
}
