//! Methods there are not, and methods whose parameters are not theirs.

use mesh_core::truncate;
use rmcp::ErrorData;
use rmcp::model::{CustomRequest, ErrorCode};

/// Taken out by 2026-07-28.
const REMOVED: [&str; 4] = [
    "initialize",
    "logging/setLevel",
    "resources/subscribe",
    "resources/unsubscribe",
];
const KEPT: [&str; 8] = [
    "tools/call",
    "tools/list",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "prompts/list",
    "prompts/get",
    "completion/complete",
];

/// Neither taken out nor with parameters of their own.
const PLAIN: [&str; 6] = [
    "ping",
    "server/discover",
    "subscriptions/listen",
    "notifications/initialized",
    "notifications/cancelled",
    "notifications/progress",
];

/// The method by a name of ours, where it is one of the protocol's.
pub(crate) fn known(method: &str) -> Option<&'static str> {
    KEPT.iter()
        .chain(&REMOVED)
        .chain(&PLAIN)
        .find(|known| **known == method)
        .copied()
}

/// A request that rmcp could not read as one of its own: the method is unknown, or its parameters do not fit it.
pub(super) fn misfit(request: &CustomRequest, is_modern: bool) -> ErrorData {
    let method = request.method.as_str();
    if KEPT.contains(&method) || (!is_modern && REMOVED.contains(&method)) {
        let message = format!("the params of `{method}` are missing or have the wrong shape");
        return ErrorData::invalid_params(message, None);
    }
    not_found(method)
}

pub(super) fn not_found(method: &str) -> ErrorData {
    ErrorData::new(
        ErrorCode::METHOD_NOT_FOUND,
        format!("Unknown method: {}", truncate(method)),
        None,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_method_is_unknown_to_its_successor() {
        let request = CustomRequest::new("initialize", None);
        assert_eq!(misfit(&request, false).code, ErrorCode::INVALID_PARAMS);
        assert_eq!(misfit(&request, true).code, ErrorCode::METHOD_NOT_FOUND);
    }
}
