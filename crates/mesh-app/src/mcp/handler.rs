use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use mesh_core::{Caller, Deadline};
use mesh_tools::ask::{Answers, Level};
use mesh_tools::{Context, ToolError};
#[expect(deprecated, reason = "earlier revisions have logging, and are served")]
use rmcp::model::SetLevelRequestParams;
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult,
    CompletionInfo, CustomRequest, CustomResult, DiscoverResult, ErrorCode, GetPromptRequestParams,
    GetPromptResponse, GetPromptResult, InitializeRequestParams, InitializeResult,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, ProtocolVersion, ReadResourceRequestParams, ReadResourceResponse,
    ReadResourceResult, ServerConfig, SubscribeRequestParams, SubscriptionFilter, Tool,
    UnsubscribeRequestParams,
};
use rmcp::service::{NotificationContext, RequestContext, RoleServer, SubscriptionContext};
use rmcp::{ErrorData, ServerHandler};
use serde_json::{Value, json};

use super::change::Subscribed;
use super::rounds::{self, Binding};
use super::talk::{self, McpTalk, Way};
use super::{answer, change, info, read};
use crate::app::App;
use crate::dispatch::{self, Call};
use crate::tally::Tally;

/// Lists change only when the corpus is indexed anew.
const LIST_TTL_MS: u64 = 60_000;
/// A resource is as old as the last index run; a minute late is soon enough.
const READ_TTL_MS: u64 = 60_000;

/// Whether a client can be reached again after its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Each request stands alone.
    Stateless,
    /// One client behind one handler: a session over HTTP, or standard input and output.
    Session,
}

/// What the HTTP layers found out about a request; absent on standard input.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) caller: Caller,
    pub(crate) deadline: Deadline,
    pub(crate) tally: Tally,
    /// The client takes nothing before the result.
    pub(crate) json_only: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Handler {
    app: App,
    mode: Mode,
    subscribed: Subscribed,
    log_from: Arc<Mutex<Level>>,
}

impl Handler {
    pub(crate) fn new(app: App, mode: Mode) -> Self {
        Self {
            app,
            mode,
            subscribed: Subscribed::default(),
            log_from: Arc::new(Mutex::new(Level::Info)),
        }
    }

    fn incoming(&self, request: &RequestContext<RoleServer>) -> Incoming {
        request
            .extensions
            .get::<http::request::Parts>()
            .and_then(|parts| parts.extensions.get::<Incoming>())
            .cloned()
            .unwrap_or_else(|| Incoming {
                caller: Caller::Local,
                deadline: self.app.deadline(),
                tally: Tally::default(),
                json_only: false,
            })
    }

    fn talk(
        &self,
        request: &RequestContext<RoleServer>,
        incoming: &Incoming,
        answers: Answers,
    ) -> McpTalk {
        McpTalk {
            peer: request.peer.clone(),
            progress: request
                .meta
                .get_progress_token()
                .filter(|_| !incoming.json_only),
            log_from: self.log_from(request).filter(|_| !incoming.json_only),
            offers: request.client_capabilities().unwrap_or_default(),
            way: if self.mode == Mode::Session && !is_modern(request) {
                Way::Session
            } else {
                Way::Rounds(answers)
            },
        }
    }

    /// 2026-07-28: no message unless the request asked. Earlier: as set for the session, or from `info`.
    fn log_from(&self, request: &RequestContext<RoleServer>) -> Option<Level> {
        if is_modern(request) {
            return request.meta.log_level().map(talk::from_wire);
        }
        Some(*self.log_from.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The answers of a call in rounds, and what its state is bound to.
    fn rounds(
        &self,
        incoming: &Incoming,
        round: Round<'_>,
    ) -> Result<(Answers, Binding), ErrorData> {
        let binding = Binding::new(incoming.caller, &round.what, &round.arguments);
        let answers = rounds::open(&self.app.seal, &binding, round.state, round.responses)
            .map_err(|error| answer::error(error, None))?;
        Ok((answers, binding))
    }

    fn context<'a>(&'a self, incoming: &Incoming, talk: &'a McpTalk) -> Context<'a> {
        dispatch::refresh(&self.app);
        self.app.context(incoming.caller, incoming.deadline, talk)
    }
}

/// What a request says of the rounds before it.
struct Round<'a> {
    what: [&'a str; 2],
    arguments: Value,
    state: Option<&'a str>,
    responses: Option<BTreeMap<String, Value>>,
}

fn is_modern(request: &RequestContext<RoleServer>) -> bool {
    request
        .protocol_version()
        .is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str())
}

/// Every list fits one page, so no cursor was ever given out (MCP, server/utilities/pagination, Error Handling).
fn refuse_cursor(request: Option<PaginatedRequestParams>) -> Result<(), ErrorData> {
    match request.and_then(|page| page.cursor) {
        None => Ok(()),
        Some(_) => Err(ErrorData::invalid_params(
            "unknown cursor; ask again without one",
            None,
        )),
    }
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        info::listening(&self.app)
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        self.incoming(&context).tally.success();
        let version = self.negotiate_initialize(&request)?.protocol_version;
        context.peer.set_peer_info(request);
        Ok(info::initialising(&self.app, self.mode).with_protocol_version(version))
    }

    async fn discover(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<DiscoverResult, ErrorData> {
        self.incoming(&context).tally.success();
        let versions = self.supported_protocol_versions().into_owned();
        Ok(DiscoverResult::from_server_info(versions, self.get_info())
            .with_ttl_ms(LIST_TTL_MS)
            .with_cache_scope(CacheScope::Public))
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        if self.mode == Mode::Session {
            let changes = self.app.services.changes.listen();
            tokio::spawn(change::follow(
                self.app.clone(),
                changes,
                context.peer,
                self.subscribed.clone(),
            ));
        }
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        refuse_cursor(request)?;
        self.incoming(&context).tally.success();
        dispatch::refresh(&self.app);
        let tools = self.app.catalog.ready_tools(&self.app.services);
        Ok(
            ListToolsResult::with_all_items(tools.map(answer::tool).collect())
                .with_ttl_ms(LIST_TTL_MS)
                .with_cache_scope(CacheScope::Public),
        )
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        let tool = self.app.catalog.tool(name, &self.app.services)?;
        Some(answer::tool(tool))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let incoming = self.incoming(&context);
        let arguments = request.arguments.map_or(Value::Null, Value::Object);
        let (answers, binding) = self.rounds(
            &incoming,
            Round {
                what: ["tools/call", &request.name],
                arguments: arguments.clone(),
                state: request.request_state.as_deref(),
                responses: request.input_responses,
            },
        )?;
        let talk = self.talk(&context, &incoming, answers.clone());
        let call = Call {
            caller: incoming.caller,
            deadline: incoming.deadline,
            talk: &talk,
            tally: &incoming.tally,
        };
        let called = dispatch::call(&self.app, call, &request.name, arguments);
        let result = tokio::select! {
            result = called => result,
            // The client took its request back, or left: nothing more is sent (basic/utilities/cancellation).
            () = context.ct.cancelled() => return Err(ErrorData::internal_error("cancelled by the client", None)),
        };
        match result {
            Err(dispatch::UnknownTool) => Err(unknown_tool(&request.name)),
            Ok(Ok(reply)) => Ok(answer::result(reply).into()),
            Ok(Err(ToolError::InputRequired(questions))) => {
                Ok(self.ask_again(&binding, questions, &answers)?.into())
            }
            Ok(Err(error @ ToolError::MissingCapability(_))) if !is_modern(&context) => {
                Ok(answer::told_failure(&error).into())
            }
            Ok(Err(error)) => Ok(CallToolResponse::from(answer::failure(error)?)),
        }
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        refuse_cursor(request)?;
        self.incoming(&context).tally.success();
        let resources = self.app.catalog.ready_resources(&self.app.services);
        Ok(
            ListResourcesResult::with_all_items(resources.map(answer::resource).collect())
                .with_ttl_ms(LIST_TTL_MS)
                .with_cache_scope(CacheScope::Public),
        )
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        refuse_cursor(request)?;
        self.incoming(&context).tally.success();
        let templates = self.app.catalog.ready_templates(&self.app.services);
        Ok(
            ListResourceTemplatesResult::with_all_items(templates.map(answer::template).collect())
                .with_ttl_ms(LIST_TTL_MS)
                .with_cache_scope(CacheScope::Public),
        )
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let incoming = self.incoming(&context);
        let talk = self.talk(&context, &incoming, Answers::new());
        let content = read::resource(&self.app, self.context(&incoming, &talk), &request.uri)
            .await
            .map_err(|error| refused(&incoming, error, Some(&request.uri)))?;
        incoming.tally.success();
        Ok(ReadResourceResult::new(vec![answer::contents(content)])
            .with_ttl_ms(READ_TTL_MS)
            .with_cache_scope(CacheScope::Private)
            .into())
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        refuse_cursor(request)?;
        self.incoming(&context).tally.success();
        let prompts = self.app.catalog.ready_prompts(&self.app.services);
        Ok(
            ListPromptsResult::with_all_items(prompts.map(answer::prompt).collect())
                .with_ttl_ms(LIST_TTL_MS)
                .with_cache_scope(CacheScope::Public),
        )
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let incoming = self.incoming(&context);
        let given = texts(request.arguments.unwrap_or_default())?;
        let (answers, binding) = self.rounds(
            &incoming,
            Round {
                what: ["prompts/get", &request.name],
                arguments: json!(given),
                state: request.request_state.as_deref(),
                responses: request.input_responses,
            },
        )?;
        let talk = self.talk(&context, &incoming, answers.clone());
        match read::prompt(
            &self.app,
            self.context(&incoming, &talk),
            &request.name,
            given,
        )
        .await
        {
            Ok(messages) => {
                incoming.tally.success();
                Ok(
                    GetPromptResult::new(messages.into_iter().map(answer::message).collect())
                        .into(),
                )
            }
            Err(ToolError::InputRequired(questions)) => {
                Ok(self.ask_again(&binding, questions, &answers)?.into())
            }
            Err(error) => Err(refused(&incoming, error, None)),
        }
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        if !info::completes(&self.app) {
            return Err(method_not_found("completion/complete"));
        }
        let incoming = self.incoming(&context);
        let talk = self.talk(&context, &incoming, Answers::new());
        let cx = self.context(&incoming, &talk);
        let argument = &request.argument;
        let found = read::completion(
            &self.app,
            cx,
            &request.r#ref,
            &argument.name,
            &argument.value,
        )
        .await
        .map_err(|error| refused(&incoming, error, None))?;
        incoming.tally.success();
        let has_more = found.total > found.values.len();
        let total = u32::try_from(found.total).ok();
        CompletionInfo::with_pagination(found.values, total, has_more)
            .map(CompleteResult::new)
            .map_err(|error| answer::error(ToolError::internal(error), None))
    }

    #[expect(deprecated, reason = "earlier revisions have it, and are served")]
    async fn set_level(
        &self,
        request: SetLevelRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        if !self.app.catalog.uses.logging || is_modern(&context) {
            return Err(method_not_found("logging/setLevel"));
        }
        self.incoming(&context).tally.success();
        if self.mode == Mode::Session {
            *self.log_from.lock().unwrap_or_else(PoisonError::into_inner) =
                talk::from_wire(request.level);
        }
        Ok(())
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.subscriptions("resources/subscribe")?;
        self.incoming(&context).tally.success();
        if self.mode == Mode::Session && !self.subscribed.insert(request.uri) {
            return Err(ErrorData::invalid_params(
                "too many subscriptions; unsubscribe from some first",
                None,
            ));
        }
        Ok(())
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.subscriptions("resources/unsubscribe")?;
        self.incoming(&context).tally.success();
        self.subscribed.remove(&request.uri);
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        Some(requested.clone())
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        change::listen(&self.app, &context).await;
        Ok(())
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let incoming = self.incoming(&context);
        // rmcp hands a method it knows to this one when its parameters do not fit.
        if known_methods(&context).any(|known| known == request.method) {
            incoming.tally.failure("invalid_params");
            return Err(ErrorData::invalid_params(
                format!(
                    "the params of `{}` are missing or have the wrong shape",
                    request.method
                ),
                None,
            ));
        }
        incoming.tally.failure("method_not_found");
        Err(method_not_found(&request.method))
    }
}

impl Handler {
    fn ask_again(
        &self,
        binding: &Binding,
        questions: Vec<(String, mesh_tools::ask::Question)>,
        answers: &Answers,
    ) -> Result<rmcp::model::InputRequiredResult, ErrorData> {
        rounds::ask(&self.app.seal, binding, questions, answers)
            .map_err(|error| answer::error(error, None))
    }

    fn subscriptions(&self, method: &str) -> Result<(), ErrorData> {
        if self.mode == Mode::Session || self.app.catalog.uses.idle_subscriptions {
            return Ok(());
        }
        Err(method_not_found(method))
    }
}

/// The methods of a request's revision: 2026-07-28 took some out.
fn known_methods(request: &RequestContext<RoleServer>) -> impl Iterator<Item = &'static str> {
    let removed: &[&str] = if is_modern(request) {
        &[]
    } else {
        &REMOVED_METHODS
    };
    METHODS.iter().chain(removed).copied()
}

const METHODS: [&str; 8] = [
    "tools/call",
    "tools/list",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "prompts/list",
    "prompts/get",
    "completion/complete",
];
const REMOVED_METHODS: [&str; 4] = [
    "initialize",
    "logging/setLevel",
    "resources/subscribe",
    "resources/unsubscribe",
];

fn unknown_tool(name: &str) -> ErrorData {
    ErrorData::invalid_params(format!("Unknown tool: {name}"), None)
}

fn method_not_found(method: &str) -> ErrorData {
    ErrorData::new(
        ErrorCode::METHOD_NOT_FOUND,
        format!("Unknown method: {method}"),
        None,
    )
}

fn refused(incoming: &Incoming, error: ToolError, uri: Option<&str>) -> ErrorData {
    incoming.tally.failure(error.kind());
    answer::error(error, uri)
}

/// Prompt arguments are strings (MCP, server/prompts).
fn texts(arguments: serde_json::Map<String, Value>) -> Result<BTreeMap<String, String>, ErrorData> {
    arguments
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(text) => Ok((name, text)),
            _ => Err(ErrorData::invalid_params(
                format!("the prompt argument `{name}` must be a string"),
                None,
            )),
        })
        .collect()
}
