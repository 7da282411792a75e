use bytes::Bytes;
use rmcp::model::{ClientJsonRpcMessage, GetExtensions as _};

use super::super::json;
use super::envelope;
use crate::rescue::Refusal;

/// One message as the SDK takes it, for the transports over which the SDK sends its answers itself: they carry the ids that it
/// knows.
pub(crate) fn read(body: &Bytes) -> Result<ClientJsonRpcMessage, Refusal> {
    let (value, text) = json::parse(body)?;
    let message = envelope::read(value, Some(text), true)?;
    let refuse = |why: &'static str| Refusal::bad_request(why).to(message.answer_id());
    if !message.keeps_its_id() {
        return Err(refuse(
            "here a request needs an `id`, a string or a whole number",
        ));
    }
    let mut sent: ClientJsonRpcMessage = serde_json::from_slice(&message.body())
        .map_err(|_| refuse("not a JSON-RPC message of this protocol"))?;
    if let ClientJsonRpcMessage::Request(request) = &mut sent
        && let Some(written) = message.written_call()
    {
        request.request.extensions_mut().insert(written);
    }
    Ok(sent)
}
