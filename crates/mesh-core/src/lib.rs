//! Words every crate shares. No I/O, and no clock: `now` is always an argument.

mod caller;
mod cutoff;
mod deadline;
mod effect;
mod hex;
mod host;
mod lock;
mod metrics;
mod moment;
mod object_store;
mod parameter;
mod request;
mod revision;
mod secret;
mod text_source;
mod tool_name;
mod trace;
mod truncate;
mod value_source;

pub use caller::{Caller, KeyId, Principal, Subject};
pub use cutoff::{Cutoff, Waiting};
pub use deadline::Deadline;
pub use effect::Effect;
pub use hex::hex;
pub use host::Host;
pub use lock::{lock, read_lock, write_lock};
pub use metrics::{
    BUCKETS, Datum, Dimension, Label, METRICS, Metric, Metrics, Outcome, Sample, Snapshot,
    Stability, ToolCounts, Unit,
};
pub use moment::Moment;
pub use object_store::{
    FoundObject, NewObject, ObjectFault, ObjectFuture, ObjectLink, ObjectStore, PutWhen,
};
pub use parameter::{FoundParameter, Parameter, ParameterValues, SecretSource, SourceError};
pub use request::RequestContext;
pub use revision::Revision;
pub use secret::Secret;
pub use text_source::TextSource;
pub use tool_name::{InvalidToolName, ToolName};
pub use trace::Trace;
pub use truncate::truncate;
pub use value_source::{NamedValues, ValueSource};
