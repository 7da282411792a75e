use std::sync::Arc;

use mesh_tools::View;
use rmcp::model as wire;
#[expect(deprecated, reason = "earlier revisions have logging, and are served")]
use rmcp::model::SetLevelRequestParams;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult, CustomRequest,
    CustomResult, DiscoverResult, GetPromptRequestParams, GetPromptResponse,
    InitializeRequestParams, InitializeResult, ListPromptsResult, ListResourceTemplatesResult,
    ListResourcesResult, ListToolsResult, MetaObject, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, ServerConfig, SubscribeRequestParams,
    SubscriptionFilter, Tool, UnsubscribeRequestParams,
};
use rmcp::service::{NotificationContext, RequestContext, RoleServer, SubscriptionContext};
use rmcp::{ErrorData, ServerHandler};

use super::call::until_taken_back;
use super::handler::{Handler, Mode, is_modern};
use super::{answer, change, info, method, talk};
use crate::listing::{Listing, Scope};
use crate::remote::{self, Subscribed};

/// Milliseconds. Lists and resources change only when the corpus is indexed anew, and a minute late is soon enough.
pub(super) const TTL_MS: u64 = 60_000;

tokio::task_local! {
    /// The SDK looks a tool up without saying for which request.
    static SCOPE: Scope;
}

/// Has the SDK work on a request of that scope.
pub(crate) async fn in_scope<T>(scope: Scope, work: impl Future<Output = T>) -> T {
    SCOPE.scope(scope, work).await
}

type Cx = RequestContext<RoleServer>;
type Page = Option<PaginatedRequestParams>;

/// Every list fits one page, so no cursor was ever given out (MCP, server/utilities/pagination, Error Handling).
fn refuse_cursor(page: Page) -> Result<(), ErrorData> {
    match page.and_then(|page| page.cursor) {
        None => Ok(()),
        Some(_) => Err(ErrorData::invalid_params(
            "unknown cursor; ask again without one",
            None,
        )),
    }
}

/// A list, and for 2026-07-28, whose word they are, how long it may be kept and by whom.
macro_rules! listed {
    ($self:ident, $cx:ident, $listing:ident, $Result:ident, $items:expr) => {{
        let mut list = $Result::with_all_items($items.collect());
        list.meta = remote::states(&$self.app, &$listing).map(MetaObject);
        Ok(if is_modern(&$cx) {
            list.with_ttl_ms(TTL_MS)
                .with_cache_scope($self.scope_of_lists())
        } else {
            list
        })
    }};
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        // Who asks is not known here, so nothing is told that not everybody may know.
        info::listening(&self.app, &View::default(), &None)
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        cx: Cx,
    ) -> Result<InitializeResult, ErrorData> {
        let incoming = self.incoming(&cx)?;
        incoming.tally.success();
        let version = self.negotiate_initialize(&request)?.protocol_version;
        cx.peer.set_peer_info(request);
        let listing = self.app.listing_of(&incoming);
        let told = info::initialising(&self.app, &listing.view, &incoming.scope, self.mode);
        Ok(told.with_protocol_version(version))
    }

    async fn discover(&self, cx: Cx) -> Result<DiscoverResult, ErrorData> {
        let incoming = self.incoming(&cx)?;
        incoming.tally.success();
        let versions = self.supported_protocol_versions().into_owned();
        let listing = self.app.listing_of(&incoming);
        let told = info::listening(&self.app, &listing.view, &incoming.scope);
        Ok(DiscoverResult::from_server_info(versions, told)
            .with_ttl_ms(TTL_MS)
            .with_cache_scope(self.scope_of_lists()))
    }

    async fn ping(&self, cx: Cx) -> Result<(), ErrorData> {
        self.incoming(&cx)?.tally.success();
        Ok(())
    }

    async fn on_initialized(&self, cx: NotificationContext<RoleServer>) {
        if self.mode == Mode::Session {
            let changes = self.app.services.changes.listen();
            let (peer, subscribed) = (cx.peer, self.subscribed.clone());
            let (gone, app) = (self.gone.clone(), self.app.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = change::follow(&app, changes, peer, subscribed) => {}
                    () = gone.cancelled() => {}
                    () = app.stopping.cancelled() => {}
                }
            });
        }
    }

    async fn list_tools(&self, page: Page, cx: Cx) -> Result<ListToolsResult, ErrorData> {
        let listing = self.begin_list(page, &cx).await?;
        if listing.remote.is_empty() {
            return listed!(
                self,
                cx,
                listing,
                ListToolsResult,
                listing.tools.iter().cloned()
            );
        }
        let tools = listing.member(is_modern(&cx));
        let marked = self.app.splices.instead_of("tools", &tools, |mark| {
            vec![Tool::new(mark, "", Arc::new(serde_json::Map::new()))]
        });
        listed!(self, cx, listing, ListToolsResult, marked.into_iter())
    }

    /// By which the SDK compares headers with the arguments that they repeat.
    fn get_tool(&self, name: &str) -> Option<Tool> {
        let scope = SCOPE.try_with(Clone::clone).unwrap_or_default();
        let own = match scope {
            None => self.app.listing_for(None, None).tool(name).cloned(),
            Some(_) => None,
        };
        own.or_else(|| {
            let tool = self.app.remote_tool(scope.as_deref(), name)?;
            let definition = tool.is_mirrored().then(|| tool.definition.get())?;
            serde_json::from_str(definition).ok()
        })
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        cx: Cx,
    ) -> Result<CallToolResponse, ErrorData> {
        until_taken_back(&cx, self.call(request, &cx)).await
    }

    async fn list_resources(&self, page: Page, cx: Cx) -> Result<ListResourcesResult, ErrorData> {
        let listing = self.begin_list(page, &cx).await?;
        let resources = listing.view.resources.iter().copied().map(answer::resource);
        let resources = self.beside("resources", resources, &listing.items.resources, |mark| {
            wire::Resource::new(mark, "")
        });
        listed!(
            self,
            cx,
            listing,
            ListResourcesResult,
            resources.into_iter()
        )
    }

    async fn list_resource_templates(
        &self,
        page: Page,
        cx: Cx,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let listing = self.begin_list(page, &cx).await?;
        let templates = listing.view.templates.iter().copied().map(answer::template);
        let items = &listing.items.templates;
        let templates = self.beside("resourceTemplates", templates, items, |mark| {
            wire::ResourceTemplate::new(mark, "")
        });
        listed!(
            self,
            cx,
            listing,
            ListResourceTemplatesResult,
            templates.into_iter()
        )
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        cx: Cx,
    ) -> Result<ReadResourceResponse, ErrorData> {
        until_taken_back(&cx, self.read(request, &cx)).await
    }

    async fn list_prompts(&self, page: Page, cx: Cx) -> Result<ListPromptsResult, ErrorData> {
        let listing = self.begin_list(page, &cx).await?;
        let prompts = listing.view.prompts.iter().copied().map(answer::prompt);
        let prompts = self.beside("prompts", prompts, &listing.items.prompts, |mark| {
            wire::Prompt::new(mark, None::<String>, None)
        });
        listed!(self, cx, listing, ListPromptsResult, prompts.into_iter())
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        cx: Cx,
    ) -> Result<GetPromptResponse, ErrorData> {
        until_taken_back(&cx, self.render(request, &cx)).await
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        cx: Cx,
    ) -> Result<CompleteResult, ErrorData> {
        until_taken_back(&cx, self.completed(request, &cx)).await
    }

    #[expect(deprecated, reason = "earlier revisions have logging, and are served")]
    async fn set_level(&self, request: SetLevelRequestParams, cx: Cx) -> Result<(), ErrorData> {
        if !self.app.catalog.uses.logging || is_modern(&cx) {
            return Err(method::not_found("logging/setLevel"));
        }
        self.incoming(&cx)?.tally.success();
        if self.mode == Mode::Session {
            self.set_log_from(talk::from_wire(request.level));
        }
        Ok(())
    }

    async fn subscribe(&self, request: SubscribeRequestParams, cx: Cx) -> Result<(), ErrorData> {
        self.takes_subscriptions("resources/subscribe")?;
        let incoming = self.incoming(&cx)?;
        if self.mode == Mode::Session {
            self.subscribe_to(&incoming, request.uri).await?;
        }
        incoming.tally.success();
        Ok(())
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        cx: Cx,
    ) -> Result<(), ErrorData> {
        self.takes_subscriptions("resources/unsubscribe")?;
        self.incoming(&cx)?.tally.success();
        self.subscribed.remove(&request.uri);
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        info::can_listen(&self.app).then(|| requested.clone())
    }

    async fn listen(&self, subscription: SubscriptionContext) -> Result<(), ErrorData> {
        let incoming = self.incoming(subscription.request_context())?;
        let wanted = subscription.accepted().resource_subscriptions.clone();
        let subscribed = Subscribed::default();
        let subscribing = self.subscribe_all(&incoming, &subscribed, wanted.unwrap_or_default());
        change::listen(&self.app, &subscription, &subscribed, subscribing).await;
        Ok(())
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        cx: Cx,
    ) -> Result<CustomResult, ErrorData> {
        let error = method::misfit(&request, is_modern(&cx));
        self.incoming(&cx)?.tally.failure("misfit");
        Err(error)
    }
}

impl Handler {
    async fn begin_list(&self, page: Page, cx: &Cx) -> Result<Arc<Listing>, ErrorData> {
        refuse_cursor(page)?;
        let incoming = self.incoming(cx)?;
        let listing = self.prepared(&incoming).await;
        incoming.tally.success();
        Ok(listing)
    }

    /// Where nothing could ever be sent, subscribing is no method (unless the catalogue says otherwise).
    fn takes_subscriptions(&self, method: &str) -> Result<(), ErrorData> {
        if self.mode == Mode::Session || self.app.catalog.uses.idle_subscriptions {
            return Ok(());
        }
        Err(method::not_found(method))
    }
}
