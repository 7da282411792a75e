//! The faults, and what is told of each.

use std::time::Duration;

use mesh_core::Parameter;
use mesh_fakes::openai::{Behaviour, Operation};
use mesh_fakes::postgrest::Answer;

use super::LATE;

#[derive(Clone, Debug)]
pub(super) enum Fault {
    Does(Operation, Behaviour),
    Answers(Vec<Answer>),
    /// The vendor takes another key now, which is where keys are read.
    Rotated(Parameter),
    /// The same, and it is not there.
    Revoked,
}

/// What is told of a fault: the state, and words of why.
pub(super) type Told = (&'static str, &'static str);

/// Of a model that writes.
pub(super) fn of_the_response() -> Vec<(Fault, Told)> {
    let text = "A parcel that comes back".to_owned();
    let incomplete = |reason| Behaviour::Incomplete {
        reason,
        text: text.clone(),
    };
    let faults = [
        (Behaviour::Complete(format!("{LATE} [1]")), ("complete", "")),
        (
            incomplete("max_output_tokens"),
            ("partial", "as many tokens as it may"),
        ),
        (incomplete("content_filter"), ("partial", "content filter")),
        (
            Behaviour::Refuse("I will not.".to_owned()),
            ("failed", "refused to answer"),
        ),
        (
            Behaviour::Fail("server_error"),
            ("failed", "code `server_error`"),
        ),
        (Behaviour::NoSuchModel, ("failed", "`MESH_OPENAI_MODELS`")),
        (
            Behaviour::RateLimited { retry_after_s: 20 },
            ("failed", "too much is asked"),
        ),
        (
            Behaviour::QuotaExceeded,
            ("failed", "check its plan and billing"),
        ),
        (Behaviour::Status(500), ("failed", "it failed: 500")),
        (Behaviour::Reset, ("failed", "cannot be reached")),
        (
            Behaviour::Stall(Duration::from_secs(30)),
            ("failed", "OpenAI took too long"),
        ),
        (
            Behaviour::Slow(Duration::from_millis(400)),
            ("partial", "the time was over"),
        ),
        (Behaviour::BreakAfter(3), ("partial", "the time was over")),
        (Behaviour::Truncated, ("partial", "the time was over")),
        (Behaviour::WrongType, ("failed", "not of the type")),
        (Behaviour::Huge, ("failed", "larger than")),
    ];
    let does = |(behaviour, told)| (Fault::Does(Operation::Respond, behaviour), told);
    faults.map(does).into()
}

/// Of the vector store's search, and of the embedding that the database is searched by.
pub(super) fn of_a_search(operation: Operation) -> Vec<(Fault, Told)> {
    let faults = [
        (
            Behaviour::RateLimited { retry_after_s: 20 },
            ("failed", "too much is asked"),
        ),
        (
            Behaviour::QuotaExceeded,
            ("failed", "check its plan and billing"),
        ),
        (Behaviour::Status(500), ("failed", "it failed: 500")),
        (Behaviour::Status(404), ("failed", "no such thing")),
        (Behaviour::NoSuchModel, ("failed", "no such model")),
        (Behaviour::Reset, ("failed", "cannot be reached")),
        (
            Behaviour::Stall(Duration::from_secs(30)),
            ("late", "took too long"),
        ),
        (Behaviour::Truncated, ("failed", "it breaks off")),
        (Behaviour::WrongType, ("failed", "not of the type")),
        (Behaviour::Huge, ("failed", "larger than")),
    ];
    let does = |(behaviour, told)| (Fault::Does(operation, behaviour), told);
    faults.map(does).into()
}

pub(super) fn of_the_database() -> Vec<(Fault, Told)> {
    let fault = |status, code| Answer::fault(status, code, "a message of the database");
    let half = || Answer::text(200, "application/json", "[{\"id\": \"1\", \"conte");
    let faults = [
        (
            fault(429, "").with_header("retry-after", "20"),
            ("failed", "asked too often"),
        ),
        (fault(500, "XX000"), ("failed", "at fault: 500")),
        (fault(404, "PGRST202"), ("failed", "run the migrations")),
        (fault(403, "42501"), ("failed", "a grant is missing")),
        (fault(500, "57014"), ("failed", "`statement_timeout`")),
        (half().cut_off(), ("failed", "not reached")),
        (half(), ("failed", "no whole JSON")),
        (Answer::never(), ("late", "took too long")),
        (
            Answer::text(200, "text/html", "<p>hello</p>"),
            ("failed", "something else than expected"),
        ),
        (
            Answer::text(200, "application/json", vec![b' '; 10_000_000]),
            ("failed", "something else than expected"),
        ),
    ];
    let answers = |(answer, told)| (Fault::Answers(vec![answer]), told);
    faults.map(answers).into()
}
