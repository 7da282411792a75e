use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderName, header};

use super::audio::Format;
use super::error::ApiError;
use super::state::State;

const COST: HeaderName = HeaderName::from_static("character-cost");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

impl State {
    /// Takes credits, where there are so many.
    pub(super) fn spend(&mut self, credits: u64) -> Result<u64, ApiError> {
        let extension = self.credit_extension.unwrap_or(u64::MAX);
        let limit = self.credit_limit.saturating_add(extension);
        let left = limit.saturating_sub(self.credits_used);
        if credits > left {
            return Err(ApiError::quota_exceeded(credits, left));
        }
        self.credits_used += credits;
        Ok(credits)
    }
}

/// An answer that is a sound, with what it cost.
pub(super) fn sound(format: Format<'_>, sound: Bytes, credits: u64) -> Response {
    let head = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (COST, credits.to_string()),
        (REQUEST_ID, "3c807fc4c3a1705f9638ecc764a91c01".to_owned()),
    ];
    (head, sound).into_response()
}
