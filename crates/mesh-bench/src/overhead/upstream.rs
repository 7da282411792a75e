//! A bare server with made-up tools: what the gateway is measured in front of.

use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, JsonObject,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
    ToolAnnotations,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ErrorData, ServerHandler};
use serde_json::{Value, json};

use super::bare;

#[derive(Clone)]
struct Upstream(Arc<Vec<Tool>>);

impl ServerHandler for Upstream {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.0.to_vec()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if !self.0.iter().any(|tool| tool.name == request.name) {
            return Err(ErrorData::invalid_params("unknown tool", None));
        }
        let arguments = request.arguments.unwrap_or_default();
        let text = arguments.get("text").and_then(Value::as_str);
        let block = ContentBlock::text(text.unwrap_or_default());
        Ok(CallToolResult::success(vec![block]).into())
    }
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn serve(tools: usize) -> anyhow::Result<()> {
    bare::listen(Upstream(Arc::new((0..tools).map(tool).collect()))).await
}

fn tool(number: usize) -> Tool {
    let mut schema = JsonObject::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert(
        "properties".to_owned(),
        json!({
            "text": {"type": "string", "description": "What is given back."},
            "limit": {"type": "integer", "minimum": 1, "maximum": 100},
        }),
    );
    schema.insert("required".to_owned(), json!(["text"]));
    Tool::new(
        format!("tool_{number:04}"),
        format!("Gives back the text that it is given. It is number {number} of those that do."),
        schema,
    )
    .with_title(format!("Tool {number}"))
    .with_annotations(ToolAnnotations::new().read_only(true))
}
