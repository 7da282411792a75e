use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use mesh_core::lock;
use reqwest::redirect;
use rustls::ClientConfig;

use crate::HttpError;

/// How long a connection may rest and be used again. Servers keep one for 5 s and more; and a process that Lambda has frozen
/// wakes with connections that only look alive.
const MAX_REST: Duration = Duration::from_secs(4);

/// A lost SYN is sent again after one second.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Connections that may be used again. Nothing is set up before the first request.
#[derive(Debug)]
pub(crate) struct Pool {
    tls: ClientConfig,
    rested: Mutex<Option<Rested>>,
}

#[derive(Debug)]
struct Rested {
    client: reqwest::Client,
    used: SystemTime,
}

impl Pool {
    pub(crate) fn new(tls: ClientConfig) -> Self {
        Self {
            tls,
            rested: Mutex::default(),
        }
    }

    /// The client with its connections, or a new one where they have rested for too long by the clock on the wall: the steady
    /// clock stands still while a process is frozen.
    pub(crate) fn client(&self, now: SystemTime) -> Result<reqwest::Client, HttpError> {
        let mut rested = lock(&self.rested);
        let client = match rested.take() {
            Some(rested) if !has_rested(rested.used, now) => rested.client,
            _ => self.build()?,
        };
        *rested = Some(Rested {
            client: client.clone(),
            used: now,
        });
        Ok(client)
    }

    /// An answer has come that took so long by the steady clock: until now a connection was in use. Not so where this process was
    /// frozen meanwhile.
    pub(crate) fn answered(&self, asked: SystemTime, took: Duration, now: SystemTime) {
        let was_awake = now
            .duration_since(asked)
            .is_ok_and(|passed| passed <= took + MAX_REST);
        if !was_awake {
            return;
        }
        let mut rested = lock(&self.rested);
        if let Some(rested) = &mut *rested {
            rested.used = now;
        }
    }

    fn build(&self) -> Result<reqwest::Client, HttpError> {
        reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            // Each host is asked a few times in a row, and one stack less is linked and set up.
            .http1_only()
            .connect_timeout(CONNECT_TIMEOUT)
            // A key would follow a redirect to another host.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()
            .map_err(HttpError::invalid)
    }
}

/// A clock that went back says nothing about how long it was.
fn has_rested(used: SystemTime, now: SystemTime) -> bool {
    now.duration_since(used)
        .map_or(true, |rest| rest > MAX_REST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Roots;

    #[test]
    fn a_long_call_is_no_rest_and_a_freeze_in_it_is() {
        let pool = Pool::new(Roots::compiled_in().client_config());
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let used = || {
            let rested = pool.rested.lock().expect("unpoisoned");
            rested.as_ref().expect("a client").used
        };
        pool.client(at(1_000)).expect("a client");
        pool.answered(at(1_000), Duration::from_secs(10), at(1_010));
        assert_eq!(used(), at(1_010));
        pool.answered(at(1_000), Duration::from_secs(10), at(1_090));
        assert_eq!(used(), at(1_010));
    }

    #[test]
    fn a_connection_from_before_a_freeze_is_not_used_again() {
        let used = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        assert!(!has_rested(used, used + Duration::from_secs(3)));
        assert!(has_rested(used, used + Duration::from_secs(5)));
        assert!(has_rested(used, used - Duration::from_secs(1)));
    }
}
