//! What an entry says of how we show who we are, and cannot all be meant.

use crate::entry::{Options, Transport};

/// Why what is ours cannot go with how the server is reached, and what to do.
pub(super) fn of(transport: &Transport, options: &Options) -> Option<&'static str> {
    const TOKEN: &str = "`oauth` has a token for an address that is sent no `Authorization` of its own: leave one of them out";
    const PROCESS: &str =
        "`sign` signs requests to an address, and this server is a process: leave it out";
    const SIGNED: &str = "`sign` puts a signature where `oauth` and an `Authorization` header have a token: keep the one that is meant";
    let shows_its_own = match transport {
        Transport::Stdio(_) if options.sign.is_some() => return Some(PROCESS),
        Transport::Stdio(_) => true,
        Transport::Http(remote) => {
            let mut names = remote.headers.keys();
            names.any(|name| name.eq_ignore_ascii_case("authorization"))
        }
    };
    match (&options.sign, &options.oauth) {
        (Some(_), oauth) if shows_its_own || oauth.is_some() => Some(SIGNED),
        (None, Some(_)) if shows_its_own => Some(TOKEN),
        _ => None,
    }
}
