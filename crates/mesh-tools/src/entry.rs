use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use mesh_core::{Effect, ToolName};
use serde_json::Value;

use crate::arguments;
use crate::consent::{self, Await as _, Awaited, Unconfirmed};
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::reply::{Block, Remarks, Reply};
use crate::schema;
use crate::tool::{Output, Tool};
use crate::view::Conditions;

/// A row of the list of tools: a [`Tool`] with its type forgotten.
#[derive(Debug)]
pub struct Entry {
    pub name: ToolName,
    pub family: Family,
    pub needs: Needs,
    pub effect: Effect,
    pub budget: Duration,
    definition: OnceLock<Definition>,
    describe: fn() -> Definition,
    call: CallFn,
}

type CallFn = for<'a> fn(
    &'a Definition,
    Value,
    Conditions<'a>,
    Context<'a>,
) -> BoxFuture<'a, Result<Reply, ToolError>>;

/// What a list of tools says of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    pub name: ToolName,
    pub title: String,
    pub description: String,
    pub input_schema: Arc<serde_json::Map<String, Value>>,
    pub output_schema: Option<Arc<serde_json::Map<String, Value>>>,
}

impl Entry {
    #[must_use]
    pub const fn of<T: Tool>() -> Self {
        const {
            assert!(
                T::CONSENT.is_none() || !matches!(T::EFFECT, Effect::Read),
                "nobody is asked before something is only read"
            );
        }
        Self {
            name: ToolName::built_in(T::NAME),
            family: T::FAMILY,
            needs: T::NEEDS,
            effect: T::EFFECT,
            budget: T::BUDGET,
            definition: OnceLock::new(),
            describe: describe::<T>,
            call: call::<T>,
        }
    }

    #[must_use]
    pub fn definition(&self) -> &Definition {
        self.definition.get_or_init(self.describe)
    }

    #[must_use]
    pub fn is_ready(&self, services: &Services) -> bool {
        services.have(self.needs)
    }

    pub(crate) fn call<'a>(
        &'a self,
        arguments: Value,
        conditions: Conditions<'a>,
        cx: Context<'a>,
    ) -> BoxFuture<'a, Result<Reply, ToolError>> {
        (self.call)(self.definition(), arguments, conditions, cx)
    }
}

fn describe<T: Tool>() -> Definition {
    let (mut input_schema, about) = schema::of_input::<T>();
    if T::CONSENT.is_some() {
        consent::show(&mut input_schema);
    }
    Definition {
        name: ToolName::built_in(T::NAME),
        title: about.title,
        description: about.description,
        input_schema: Arc::new(input_schema),
        output_schema: T::Output::schema().and_then(|schema| match schema {
            Value::Object(schema) => Some(Arc::new(schema)),
            _ => None,
        }),
    }
}

fn call<'a, T: Tool>(
    definition: &'a Definition,
    arguments: Value,
    conditions: Conditions<'a>,
    mut cx: Context<'a>,
) -> BoxFuture<'a, Result<Reply, ToolError>> {
    Box::pin(async move {
        refuse_late(&cx)?;
        let (mut arguments, remarks) = arguments::normalised(arguments, &definition.input_schema)?;
        let unconfirmed = T::CONSENT.map(|needed| {
            let token = consent::take_token(&mut arguments);
            (needed, token, arguments.clone())
        });
        if let Some(judge) = conditions.judge {
            judge(&arguments)?;
        }
        let tool: T = arguments::parse(arguments)?;
        if T::EFFECT != Effect::Read {
            refuse(&remarks, definition)?;
        }
        if let Some((needed, token, arguments)) = unconfirmed {
            Box::pin(tool.prepare(&cx)).await;
            // A token may be needless by now: what the call costs is estimated anew each time.
            if let Some(consent) = needed(&tool, cx.services) {
                let unconfirmed = Unconfirmed {
                    consent,
                    arguments,
                    token,
                };
                let awaited = Awaited::new(unconfirmed, conditions.confirm);
                match T::Output::IS_PAID {
                    true => cx.awaited = Some(Arc::new(awaited)),
                    false => awaited.agreed().await?,
                }
            }
        }
        let mut reply = tool.call(cx).await?.into_reply()?;
        reply.blocks.extend(remarks.told(&definition.input_schema));
        reply.remarks = remarks;
        Ok(reply)
    })
}

/// Where a call does something, it does what was said or nothing.
fn refuse(remarks: &Remarks, definition: &Definition) -> Result<(), ToolError> {
    match remarks.told(&definition.input_schema) {
        Some(Block::Text(told)) => Err(ToolError::InvalidArguments(format!(
            "nothing was done, as not all arguments fit: {told}"
        ))),
        _ => Ok(()),
    }
}

/// Nothing is begun that nobody waits for any more.
fn refuse_late(cx: &Context<'_>) -> Result<(), ToolError> {
    let deadline = cx.request.deadline;
    if deadline.remaining(Instant::now()).is_zero() {
        return Err(ToolError::DeadlineExceeded {
            budget: deadline.budget(),
            slow: "what came before the call",
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use mesh_core::{Caller, Deadline, Host, Metrics, RequestContext};
    use schemars::JsonSchema;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::admission::Admission;
    use crate::ask::Silent;
    use crate::changes::Changes;
    use crate::corpus_handle::CorpusHandle;
    use crate::registry::CATALOG;
    use crate::reply::Blocks;
    use crate::secrets::Secrets;
    use crate::view::View;

    /// # Ring
    /// Rings a bell.
    #[derive(Debug, Deserialize, JsonSchema)]
    struct Ring {
        /// How often.
        times: u8,
    }

    impl Tool for Ring {
        const NAME: &'static str = "ring";
        const FAMILY: Family = Family::System;
        const NEEDS: Needs = Needs::NOTHING;
        const EFFECT: Effect = Effect::Write;
        type Output = Blocks;

        async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
            Ok(Blocks(vec![Block::Text(format!(
                "rung {} times",
                self.times
            ))]))
        }
    }

    static RING: Entry = Entry::of::<Ring>();

    fn services() -> Services {
        Services {
            corpus_handle: CorpusHandle::default(),
            secrets: Secrets::none(),
            vendors: None,
            metrics: Arc::new(Metrics::new(Instant::now())),
            admission: Admission::default(),
            changes: Changes::new(),
            jira_base_url: None,
            name: String::new(),
            environment: String::new(),
            host: Host::Process,
            has_upstreams: false,
            voice: crate::voice::VoiceSettings::default(),
        }
    }

    fn context<'a>(services: &'a Services, view: &'a View) -> Context<'a> {
        let request = RequestContext {
            caller: Caller::Local,
            id: None,
            trace: None,
            deadline: Deadline::after(Instant::now(), Duration::from_secs(60)),
        };
        Context::new(request, services, view, &Silent)
    }

    async fn ring(arguments: Value) -> Result<Reply, ToolError> {
        let services = services();
        let view = View {
            tools: vec![&RING],
            ..View::default()
        };
        let permit = view.permit("ring").expect("in view");
        permit.call(arguments, context(&services, &view)).await
    }

    /// It is made on the stack and moved from there: what is large of it is to be in a box of its own.
    #[test]
    fn the_future_of_a_call_is_small() {
        const MOST: usize = 20 * 1024;
        let (services, view) = (services(), View::default());
        let sizes = CATALOG.tools.iter().map(|tool| {
            let cx = context(&services, &view);
            let call = tool.call(json!({}), Conditions::default(), cx);
            (tool.name.as_str(), size_of_val(&*call))
        });
        let large: Vec<_> = sizes.filter(|(_, bytes)| *bytes > MOST).collect();
        assert_eq!(large, [], "in bytes");
    }

    #[tokio::test]
    async fn a_tool_with_an_effect_takes_only_arguments_it_knows() {
        let rung = ring(json!({"times": 2})).await.expect("rings");
        assert_eq!(rung.blocks, [Block::Text("rung 2 times".to_owned())]);
        let refused = ring(json!({"times": 2, "loud": true})).await;
        assert_eq!(
            refused.expect_err("refused").to_string(),
            "nothing was done, as not all arguments fit: Arguments not used: loud. This tool takes times."
        );
        let refused = ring(json!({"times": 300})).await;
        assert_eq!(
            refused.expect_err("refused").to_string(),
            "nothing was done, as not all arguments fit: Arguments brought within bounds: times: 300 → 255."
        );
    }
}
