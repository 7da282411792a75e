//! Tools that are searched for rather than listed, and called by what finds them.

use std::sync::Arc;
use std::time::Instant;

use mesh_core::ToolName;
use mesh_tools::ToolError;
use serde_json::Value;

use super::record::{Reading, read};
use super::{Call, Called, UnknownTool, call_named, count};
use crate::app::App;
use crate::tool_search::{self, ToolSearch};

pub(super) async fn search_tools(
    app: &App,
    call: &Call<'_>,
    search: Arc<ToolSearch>,
    arguments: Value,
) -> Result<Called, ToolError> {
    let started = Instant::now();
    let deadline = call.incoming.request.deadline;
    let name = ToolName::built_in(tool_search::SEARCH);
    let given = arguments.clone();
    // The first search of a catalogue makes its index.
    let work = async {
        let admission = &app.services.admission;
        admission.check(Instant::now(), deadline)?;
        let answered = admission.run(deadline, move || search.answer(arguments));
        let answered = answered.await;
        answered.map_err(|failure| failure.of_a_call(deadline, "the search for tools"))?
    };
    let reading = Reading {
        what: name.as_str(),
        arguments: &given,
        is_hidden: false,
    };
    let result = read(app, call.incoming, reading, work).await;
    count(app, call, &name, &result, started);
    result.map(|found| Called::Remote(Ok(found)))
}

/// The call is exactly that of the tool that it names.
pub(super) async fn call_wrapped(
    app: &App,
    call: Call<'_>,
    arguments: Value,
) -> Result<Called, ToolError> {
    let tally = call.incoming.tally.clone();
    let (name, arguments) =
        tool_search::wrapped(arguments).inspect_err(|error| tally.failure(error.kind()))?;
    match call_named(app, call, &name, arguments).await {
        Ok(result) => result,
        Err(UnknownTool) => Err(tool_search::no_such_tool(&name)),
    }
}
