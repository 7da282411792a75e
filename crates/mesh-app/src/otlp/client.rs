use serde_json::Value;

use super::text;
use crate::journal::UpstreamCall;

/// The attributes of the span for one exchange with an upstream, by OpenTelemetry's conventions.
pub(super) fn attributes(call: &UpstreamCall) -> Vec<Value> {
    let mut attributes = vec![
        text("rpc.system", "jsonrpc"),
        text("mcp.method.name", call.method),
        text("peer.service", &call.upstream),
    ];
    match call.is_process {
        true => attributes.push(text("network.transport", "pipe")),
        false => {
            attributes.push(text("network.transport", "tcp"));
            attributes.push(text("network.protocol.name", "http"));
        }
    }
    match (call.method, &call.target) {
        ("tools/call", Some(tool)) => {
            attributes.push(text("gen_ai.operation.name", "execute_tool"));
            attributes.push(text("gen_ai.tool.name", tool));
        }
        (_, Some(prompt)) => attributes.push(text("gen_ai.prompt.name", prompt)),
        (_, None) => {}
    }
    if let Some(failure) = &call.failure {
        // The code of an answer in JSON-RPC is a number.
        if failure.parse::<i64>().is_ok() {
            attributes.push(text("rpc.response.status_code", failure));
        }
        attributes.push(text("error.type", failure));
    }
    attributes
}
