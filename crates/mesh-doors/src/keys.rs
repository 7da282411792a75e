//! Keys given out to callers: what is kept of one recognises it and cannot be sent.
