//! What is asked of upstreams, as spans of the request that it is asked for.

use std::time::{Instant, SystemTime};

use mesh_core::Trace;
use mesh_gateway::raw::Members;
use mesh_gateway::{Fault, Gateway};
use serde_json::value::RawValue;

use super::Answered;
use crate::app::App;
use crate::journal::UpstreamCall;
use crate::mcp::Incoming;
use crate::otlp::random;
use crate::tally::Tally;

/// Of what nobody waits for any more.
const GIVEN_UP: &str = "cancelled";

/// One exchange with an upstream, from its beginning to its end. Where it is dropped before, it was given up.
pub(super) struct Span {
    /// What is sent on to the upstream.
    trace: Option<Trace>,
    /// None where nobody collects it.
    begun: Option<Begun>,
}

struct Begun {
    tally: Tally,
    call: UpstreamCall,
    at: Instant,
}

impl Span {
    /// `target` is the tool or the prompt, by the upstream's own name.
    pub(super) fn begin(
        app: &App,
        incoming: &Incoming,
        (gateway, upstream): (&Gateway, &str),
        method: &'static str,
        target: Option<&str>,
    ) -> Self {
        let tally = &incoming.tally;
        let given = tally.trace().or(incoming.request.trace);
        let passed_on = Self {
            trace: given,
            begun: None,
        };
        let is_collected =
            app.config.measures.otlp.is_some() && given.is_none_or(|trace| trace.is_sampled);
        if !is_collected {
            return passed_on;
        }
        let (Some(request), Some(span)) = (tally.span(given), random()) else {
            return passed_on;
        };
        let call = UpstreamCall {
            upstream: upstream.to_owned(),
            is_process: gateway.is_process(upstream),
            method,
            target: target.map(str::to_owned),
            span,
            ended: SystemTime::now(),
            elapsed: Default::default(),
            failure: Some(GIVEN_UP.into()),
        };
        Self {
            trace: Some(Trace {
                parent: span,
                ..request.trace
            }),
            begun: Some(Begun {
                tally: tally.clone(),
                call,
                at: Instant::now(),
            }),
        }
    }

    pub(super) const fn trace(&self) -> Option<Trace> {
        self.trace
    }

    pub(super) fn end(mut self, answered: &Answered) {
        if let Some(begun) = &mut self.begun {
            begun.call.failure = match answered {
                Ok(result) if is_error(result) => Some("tool_error".into()),
                Ok(_) => None,
                Err(Fault::Rpc(error)) => {
                    let code = error.code().map(|code| code.to_string());
                    Some(code.map_or("rpc".into(), Into::into))
                }
                Err(fault) => Some(fault.kind().into()),
            };
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(Begun { tally, call, at }) = self.begun.take() {
            tally.asked(UpstreamCall {
                ended: SystemTime::now(),
                elapsed: at.elapsed(),
                ..call
            });
        }
    }
}

/// Whether a result says of itself that it is an error.
fn is_error(result: &RawValue) -> bool {
    // Few say it, and most results need not be read.
    result.get().contains("isError")
        && Members::of(result).is_some_and(|members| members.get("isError") == Some("true"))
}
