use std::path::Path;
use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ListToolsResult, PaginatedRequestParams, ServerConfig,
    Tool,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ErrorData, ServerHandler};

use crate::tools::Tools;

/// The afternoon server with the list of a file in place of its own.
#[derive(Clone)]
pub struct Listed(Arc<Vec<Tool>>);

impl Listed {
    pub fn read(file: &Path) -> std::io::Result<Self> {
        let tools = serde_json::from_slice(&std::fs::read(file)?)?;
        Ok(Self(Arc::new(tools)))
    }
}

impl ServerHandler for Listed {
    fn get_info(&self) -> ServerConfig {
        Tools::new().get_info()
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
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        Tools::new().call_tool(request, context).await
    }
}
