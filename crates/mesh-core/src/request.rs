use std::sync::Arc;

use crate::{Caller, Deadline, Trace};

/// What is known of one request, whatever it asks for and whichever way it came. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct RequestContext {
    pub caller: Caller,
    /// As in the log and the answer's header; none on standard input.
    pub id: Option<Arc<str>>,
    /// To be sent on with whatever is asked of others.
    pub trace: Option<Trace>,
    pub deadline: Deadline,
}
