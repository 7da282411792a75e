//! Has a person agree before a call does something. Each consent lets one call through.

use std::time::{Duration, Instant, SystemTime};

use mesh_core::Deadline;
use mesh_doors::once::{Once, Spent};
use mesh_store::Within;
use mesh_tools::ask::{Capability, Question};
use mesh_tools::consent::{CONFIRM, Unconfirmed};
use mesh_tools::{Consent, Entry, ToolError};
use rmcp::model::{RequestStateError, SealOptions};
use serde_json::{Value, json};

use crate::app::App;
use crate::audit::Pending;
use crate::dispatch::{Call, Round};
use crate::mcp::{Binding, STATE_LIFETIME, Stamp};

/// Long enough to read a sentence and say yes, short enough that it is still the same matter.
const LIFETIME: Duration = Duration::from_secs(300);

/// One call that may need consent.
pub(crate) struct Consents<'a> {
    pub(crate) app: &'a App,
    pub(crate) call: &'a Call<'a>,
    pub(crate) tool: &'static Entry,
    pub(crate) line: Option<&'a Pending<'a>>,
    pub(crate) deadline: Deadline,
}

impl Consents<'_> {
    /// By the token of an earlier call; else by asking the person; else, where the client cannot be asked, not before it comes
    /// again with the token that it is given.
    pub(crate) async fn confirm(self, unconfirmed: Unconfirmed) -> Result<(), ToolError> {
        let Unconfirmed {
            consent,
            arguments,
            token,
        } = unconfirmed;
        match token {
            Some(token) => self.redeem(&token, &arguments).await?,
            None if self.call.talk.offers(Capability::Elicitation) => {
                self.ask(consent).await?;
                if is_late(self.deadline, Instant::now()) {
                    return Err(self.postpone(&arguments)?);
                }
            }
            None => return Err(self.hand_out(consent, &arguments)?),
        }
        self.line.iter().for_each(|line| line.confirmed());
        Ok(())
    }

    async fn ask(&self, Consent(message): Consent) -> Result<(), ToolError> {
        self.line.iter().for_each(|line| line.asked());
        let schema = json!({"type": "object", "properties": {}});
        let questions = vec![(CONFIRM.to_owned(), Question::Form { message, schema })];
        if matches!(self.call.round, Round::Answering(None)) {
            // What it may bring answers nothing that was asked.
            return Err(ToolError::InputRequired(questions));
        }
        let answers = self.call.talk.ask(questions).await?;
        if let Round::Answering(Some(stamp)) = self.call.round {
            self.spend(stamp, STATE_LIFETIME).await?;
        }
        let answer = answers.get(CONFIRM);
        let answer = answer.ok_or_else(|| ToolError::internal("no answer, and no error"))?;
        match answer.is_accepted()? {
            true => Ok(()),
            false => Err(ToolError::Declined),
        }
    }

    /// The refusal that says what would happen, and how to go on.
    fn hand_out(&self, consent: Consent, arguments: &Value) -> Result<ToolError, ToolError> {
        self.line.iter().for_each(|line| line.asked());
        Ok(ToolError::ConfirmationRequired {
            would: consent.0,
            token: self.token(arguments)?,
            within: LIFETIME,
        })
    }

    /// The refusal of a call that somebody has agreed to when too little of its time was left: it is good for the next.
    fn postpone(&self, arguments: &Value) -> Result<ToolError, ToolError> {
        let token = self.token(arguments)?;
        Ok(ToolError::NotConfirmed(format!(
            "the user agreed, and too late for this call to end in time; nothing was done, and nothing was spent: call again with \
             the same arguments and \"{CONFIRM}\": \"{token}\", within {} s; nobody is asked again",
            LIFETIME.as_secs()
        )))
    }

    fn token(&self, arguments: &Value) -> Result<String, ToolError> {
        let binding = self.binding(arguments)?;
        let options = SealOptions::new()
            .associated_data(binding.bytes())
            .ttl(LIFETIME);
        let seal = &self.app.seal;
        let token = seal.close(&seal.stamp()?, &options);
        token.map_err(ToolError::internal)
    }

    async fn redeem(&self, token: &str, arguments: &Value) -> Result<(), ToolError> {
        let binding = self.binding(arguments)?;
        let opened = self.app.seal.open(token, binding.bytes(), self.deadline);
        let stamp: Stamp = opened.await.map_err(|error| match error {
            RequestStateError::Expired => refused("the confirmation is too old; nothing was done"),
            _ => refused(
                "`confirm` is not the token that was given to this caller for this tool and these arguments; nothing was done",
            ),
        })?;
        self.spend(&stamp, LIFETIME).await
    }

    /// Lets what was sealed with this stamp count once, among all who could open it.
    async fn spend(&self, stamp: &Stamp, lifetime: Duration) -> Result<(), ToolError> {
        let (once, seal) = (&self.app.once, &self.app.seal);
        if matches!(once, Once::Here(_)) && !seal.has_stamped(stamp) {
            return Err(refused(
                "the confirmation was asked for by another process of this server, and they share no state; nothing was done",
            ));
        }
        let (now, deadline) = (SystemTime::now(), self.deadline);
        let within = Within { now, deadline };
        match once.spend(&stamp.digest(), now + lifetime, within).await {
            Ok(Spent::First) => Ok(()),
            Ok(Spent::Again) => Err(refused("the confirmation was used before")),
            Err(error) => {
                tracing::error!(%error, "a confirmation could not be marked as used");
                Err(ToolError::Unavailable(
                    "confirmations cannot be checked at the moment; nothing was done, try again later"
                        .to_owned(),
                ))
            }
        }
    }

    fn binding(&self, arguments: &Value) -> Result<Binding, ToolError> {
        let caller = &self.call.incoming.request.caller;
        Binding::new(caller, &[CONFIRM, self.tool.name.as_str()], arguments)
    }
}

/// Whether a call would be begun with less than half of its time: it could be cut off, and what it has done would be paid and lost.
fn is_late(deadline: Deadline, now: Instant) -> bool {
    deadline.remaining(now) < deadline.budget() / 2
}

fn refused(why: &str) -> ToolError {
    ToolError::NotConfirmed(format!(
        "{why}; call without `{CONFIRM}` to be asked anew, if the user wants it"
    ))
}

#[cfg(test)]
mod tests {
    use mesh_core::Caller;
    use mesh_tools::ask::Silent;
    use mesh_tools::registry::CATALOG;

    use super::*;
    use crate::config::{Config, Variables};
    use crate::mcp::Incoming;
    use crate::tally::Tally;

    #[test]
    fn a_call_is_begun_with_half_of_its_time_at_least() {
        let begun = Instant::now();
        let deadline = Deadline::after(begun, Duration::from_secs(20));
        let after = |seconds| is_late(deadline, begun + Duration::from_secs(seconds));
        assert_eq!(
            [0, 10, 11, 20, 30].map(after),
            [false, false, true, true, true]
        );
    }

    #[tokio::test]
    async fn a_token_that_is_too_old_is_refused() {
        let config = Config::read(&Variables::default()).expect("defaults");
        let app = App::build(config, CATALOG).expect("builds");
        let incoming = Incoming {
            request: mesh_core::RequestContext {
                caller: Caller::Local,
                id: None,
                trace: None,
                deadline: app.deadline(),
            },
            tally: Tally::detached(),
            hops: mesh_gateway::Hops::default(),
            json_only: true,
            scope: None,
            written: None,
        };
        let call = Call {
            incoming: &incoming,
            talk: &Silent,
            round: Round::Whole,
        };
        let consents = Consents {
            app: &app,
            call: &call,
            tool: CATALOG.tool("get_system_health").expect("a tool"),
            line: None,
            deadline: app.deadline(),
        };
        let arguments = json!({});
        let binding = consents.binding(&arguments).expect("canonical");
        for (lifetime, expected) in [(Duration::ZERO, Err("too old")), (LIFETIME, Ok(()))] {
            let options = SealOptions::new()
                .associated_data(binding.bytes())
                .ttl(lifetime);
            let stamp = app.seal.stamp().expect("random bytes");
            let token = app.seal.close(&stamp, &options).expect("sealed");
            // A token counts its time in milliseconds.
            let sealed = std::time::Instant::now();
            while sealed.elapsed() < Duration::from_millis(2) {
                tokio::task::yield_now().await;
            }
            let redeemed = consents.redeem(&token, &arguments).await;
            match (redeemed, expected) {
                (Ok(()), Ok(())) => {}
                (Err(error), Err(why)) => assert!(error.to_string().contains(why), "{error}"),
                (redeemed, expected) => panic!("{redeemed:?} for {expected:?}"),
            }
        }
    }
}
