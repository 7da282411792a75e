use std::time::{Duration, SystemTime};

use http::Request;
use mesh_core::{ObjectLink, Secret};

use super::{Object, ObjectError, S3, invalid};
use crate::signer::SignError;

impl S3 {
    /// An address that has the object for whoever knows it, for `valid_for` at most: credentials that end sooner take it with
    /// them. The variables of a function do not say when its credentials end; they outlive its environment.
    ///
    /// # Errors
    /// `Refused`, where there are no credentials that last.
    pub async fn presigned(
        &self,
        object: &Object,
        now: SystemTime,
        valid_for: Duration,
    ) -> Result<ObjectLink, ObjectError> {
        let credentials = self.aws.credentials().await;
        let credentials = credentials.ok_or_else(|| invalid(&SignError::NoCredentials))?;
        let valid_for = within(credentials.expiry(), now, valid_for)
            .ok_or_else(|| invalid(&"the credentials have ended"))?;
        let head = Request::get(self.address(object)).body(());
        let head = head.map_err(|error| invalid(&error))?;
        let address = self.scope(now).address(&head, valid_for, &credentials);
        Ok(ObjectLink {
            url: Secret::new(address.map_err(|error| invalid(&error))?.to_string()),
            until: now + valid_for,
        })
    }
}

/// What of `valid_for` credentials last that end then: an address says it in whole seconds, one at least.
fn within(end: Option<SystemTime>, now: SystemTime, valid_for: Duration) -> Option<Duration> {
    let left = end.map(|end| end.duration_since(now).unwrap_or_default());
    let seconds = left.unwrap_or(valid_for).min(valid_for).as_secs();
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_does_not_outlive_its_credentials() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_176_000);
        let quarter = Duration::from_secs(900);
        let after = |millis| Some(now + Duration::from_millis(millis));
        for (end, seconds) in [
            (None, Some(900)),
            (after(3_600_000), Some(900)),
            (after(61_900), Some(61)),
            (after(999), None),
            (after(0), None),
            (Some(now - quarter), None),
        ] {
            let lasts = within(end, now, quarter);
            assert_eq!(lasts, seconds.map(Duration::from_secs), "{end:?}");
        }
    }
}
