use std::sync::{Mutex, MutexGuard};

use http::{Method, header};
use mesh_core::lock;
use mesh_http::HttpError;

use crate::address::Address;

/// Where an upstream is: the address of its entry, or where that leads by a redirect, until that is not there any more.
#[derive(Debug)]
pub(super) struct Destination {
    entry: Address,
    led_to: Mutex<Option<Address>>,
}

impl Destination {
    pub(super) const fn new(entry: Address) -> Self {
        Self {
            entry,
            led_to: Mutex::new(None),
        }
    }

    pub(super) fn now(&self) -> Address {
        self.lock().as_ref().unwrap_or(&self.entry).clone()
    }

    pub(super) fn leads_to(&self, address: Address) {
        *self.lock() = Some(address);
    }

    /// Takes note of what a request came to that was sent to where it is now.
    pub(super) fn failed(&self, error: &HttpError) {
        if let HttpError::Refused(refusal) = error
            && (refusal.status.is_redirection() || matches!(refusal.status.as_u16(), 404 | 410))
        {
            *self.lock() = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Address>> {
        lock(&self.led_to)
    }
}

/// RFC 9110, section 15.4: where the same request is to be sent instead, within the same origin, where a key may follow.
pub(super) fn redirected(method: &Method, from: &Address, error: &HttpError) -> Option<Address> {
    let HttpError::Refused(refusal) = error else {
        return None;
    };
    let keeps_its_method = match refusal.status.as_u16() {
        307 | 308 => true,
        301..=303 => method == Method::GET,
        _ => false,
    };
    let location = refusal.headers.get(header::LOCATION)?.to_str().ok()?;
    from.join(location).filter(|_| keeps_its_method)
}
