//! Values of upstreams that are kept in a store of parameters.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use mesh_core::{Deadline, Moment, Secret, ValueSource};
use mesh_gateway::{Credentials, Freshness};
use mesh_tools::secrets::now;
use tokio::sync::Mutex;

/// Values of `PREFIX/teams/TEAM/NAME`, else of `PREFIX/global/NAME`, kept for a while.
#[derive(Debug)]
pub struct Stored {
    source: Box<dyn ValueSource>,
    prefix: String,
    ttl: Duration,
    /// By the whole name of the parameter. Held while the store is asked, so that it is asked once for all who wait.
    held: Mutex<BTreeMap<String, Held>>,
}

#[derive(Clone, Debug)]
struct Held {
    /// None where there is no such parameter.
    value: Option<Secret>,
    since: Moment,
    /// Whether it was read because somebody refused the one before.
    after_refusal: bool,
}

impl Held {
    fn is_due(&self, age: Duration, is_refused: bool, ttl: Duration) -> bool {
        /// A server that goes on refusing a value does not make us read it for each of its refusals.
        const BETWEEN_REFUSALS: Duration = Duration::from_secs(30);
        let is_refused = is_refused && (!self.after_refusal || age > BETWEEN_REFUSALS);
        is_refused || age > ttl
    }
}

impl Stored {
    /// `prefix` is a path, such as `/mesh`.
    #[must_use]
    pub fn new(source: Box<dyn ValueSource>, prefix: &str, ttl: Duration) -> Self {
        Self {
            source,
            prefix: prefix.trim_end_matches('/').to_owned(),
            ttl,
            held: Mutex::default(),
        }
    }

    async fn values(
        &self,
        team: Option<&str>,
        names: &[String],
        freshness: Freshness,
    ) -> Result<HashMap<String, Secret>, String> {
        let mut held = self.held.lock().await;
        let (now, is_refused) = (now(), freshness == Freshness::Anew);
        let due: Vec<String> = names
            .iter()
            .flat_map(|name| self.places(team, name))
            .filter(|place| {
                let held = held.get(place);
                held.is_none_or(|held| held.is_due(now.since(held.since), is_refused, self.ttl))
            })
            .collect();
        self.renew(&due, freshness, now, &mut held).await?;
        let value = |name: &String| {
            let mut places = self.places(team, name);
            places.find_map(|place| held.get(&place)?.value.clone())
        };
        Ok(names
            .iter()
            .filter_map(|name| Some((name.clone(), value(name)?)))
            .collect())
    }

    async fn renew(
        &self,
        due: &[String],
        freshness: Freshness,
        now: Moment,
        held: &mut BTreeMap<String, Held>,
    ) -> Result<(), String> {
        const TIMEOUT: Duration = Duration::from_secs(2);
        if due.is_empty() {
            return Ok(());
        }
        match self
            .source
            .read(due, Deadline::after(Instant::now(), TIMEOUT))
            .await
        {
            Ok(mut found) => held.extend(due.iter().map(|place| {
                let value = found.remove(place);
                let held = Held {
                    value,
                    since: now,
                    after_refusal: freshness == Freshness::Anew,
                };
                (place.clone(), held)
            })),
            // What was held before is used on; where there is nothing, nobody knows whether there is a value.
            Err(error) => {
                tracing::warn!(%error, "the values of upstreams cannot be read");
                if due.iter().any(|place| !held.contains_key(place)) {
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Where a value may be, the first place that has it first. What is no name of a parameter is not there: the store would
    /// refuse it together with all others.
    fn places(&self, team: Option<&str>, name: &str) -> impl Iterator<Item = String> {
        let own = team.map(|team| format!("{}/teams/{team}/{name}", self.prefix));
        let global = format!("{}/global/{name}", self.prefix);
        own.into_iter()
            .chain([global])
            .filter(|place| is_a_parameter(place))
    }
}

/// Systems Manager, PutParameter, Name: and no part of the path is empty.
fn is_a_parameter(place: &str) -> bool {
    let is_known = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    place.chars().all(is_known) && !place.contains("//") && !place.ends_with('/')
}

impl Credentials for Stored {
    fn read<'a>(
        &'a self,
        team: Option<&'a str>,
        names: &'a [String],
        freshness: Freshness,
    ) -> BoxFuture<'a, Result<HashMap<String, Secret>, String>> {
        Box::pin(self.values(team, names, freshness))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_anew_when_it_is_refused_and_not_at_each_refusal() {
        let held = |after_refusal| Held {
            value: None,
            since: now(),
            after_refusal,
        };
        for (after_refusal, age, is_refused, is_due) in [
            (false, 300, false, false),
            (false, 301, false, true),
            (false, 1, true, true),
            (true, 1, true, false),
            (true, 31, true, true),
            (true, 31, false, false),
        ] {
            let (age, ttl) = (Duration::from_secs(age), Duration::from_secs(300));
            let told = held(after_refusal).is_due(age, is_refused, ttl);
            assert_eq!(told, is_due, "{after_refusal} {age:?} {is_refused}");
        }
    }

    #[test]
    fn only_what_can_be_a_parameter_is_asked_for() {
        for (place, is_one) in [
            ("/mesh/teams/legal/GITHUB_TOKEN", true),
            ("/mesh/global/a.b-c_D9", true),
            ("/mesh/teams/legal and sales/TOKEN", false),
            ("/mesh/global/", false),
            ("/mesh/teams//TOKEN", false),
            ("/mesh/global/SCHLÜSSEL", false),
        ] {
            assert_eq!(is_a_parameter(place), is_one, "{place}");
        }
    }
}
