use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::serve::ListenerExt as _;

use mesh_core::{Caller, Deadline, Host, Metrics};
use mesh_index::Corpus;
use mesh_tools::admission::Admission;
use mesh_tools::ask::Silent;
use mesh_tools::changes::Changes;
use mesh_tools::registry::CATALOG;
use mesh_tools::{Block, Context, CorpusHandle, Entry, Secrets, Services};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, ServerHandler};
use serde_json::Value;

#[derive(Clone)]
struct Bare(Arc<Services>);

impl ServerHandler for Bare {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(
            CATALOG.view(&self.0).tools.into_iter().map(tool).collect(),
        ))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let view = CATALOG.view(&self.0);
        let permit = view
            .permit(&request.name)
            .ok_or_else(|| ErrorData::invalid_params("unknown tool", None))?;
        let asked = mesh_core::RequestContext {
            caller: Caller::Local,
            id: None,
            trace: None,
            deadline: Deadline::after(Instant::now(), Duration::from_secs(25)),
        };
        let cx = Context::new(asked, &self.0, &view, &Silent);
        let arguments = request.arguments.map_or(Value::Null, Value::Object);
        match permit.call(arguments, cx).await {
            Ok(reply) => {
                let blocks = reply.blocks.into_iter().filter_map(|block| match block {
                    Block::Text(text) => Some(ContentBlock::text(text)),
                    _ => None,
                });
                let mut result = CallToolResult::success(blocks.collect());
                result.structured_content = reply.structured;
                Ok(result.into())
            }
            Err(error) => {
                Ok(CallToolResult::error(vec![ContentBlock::text(error.to_string())]).into())
            }
        }
    }
}

fn tool(entry: &Entry) -> Tool {
    let definition = entry.definition();
    let mut tool = Tool::new(
        definition.name.to_string(),
        definition.description.clone(),
        definition.input_schema.clone(),
    )
    .with_title(definition.title.clone());
    tool.output_schema.clone_from(&definition.output_schema);
    tool
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn serve(corpus: &Path) -> anyhow::Result<()> {
    listen(Bare(Arc::new(Services {
        corpus_handle: CorpusHandle::open(Corpus::open(corpus)?),
        secrets: Secrets::none(),
        metrics: Arc::new(Metrics::new(Instant::now())),
        admission: Admission::default(),
        changes: Changes::new(),
        vendors: None,
        jira_base_url: None,
        voice: mesh_tools::voice::VoiceSettings::default(),
        name: String::new(),
        environment: String::new(),
        host: Host::Process,
        has_upstreams: false,
    })))
    .await
}

#[expect(clippy::print_stderr, reason = "the driver waits for this line")]
pub(super) async fn listen<H: ServerHandler + Clone>(handler: H) -> anyhow::Result<()> {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true);
    let service = StreamableHttpService::new(
        move || Ok(handler.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, axum::Router::new().nest_service("/rpc", service)).await?;
    Ok(())
}
