//! Secrets: how long a value is used, when its source is asked, and how often.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, pending, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mesh_core::{
    Deadline, FoundParameter, Metrics, Parameter, ParameterValues, Secret, SecretSource,
    SourceError,
};
use mesh_tools::Secrets;
use mesh_tools::secrets::Ttl;

const KEY: Parameter = Parameter::OpenAiApiKey;
const FIRST: &str = "sk-test-first-0123456789";
const SECOND: &str = "sk-test-second-0123456789";
const DAY: Duration = Duration::from_secs(86_400);

/// What a source does when it is asked.
#[derive(Clone, Debug)]
enum Act {
    Give(&'static str),
    Fail(SourceError),
    Hang,
}

/// Does one act after the other, and the last for ever.
#[derive(Clone)]
struct Script {
    acts: Arc<Mutex<VecDeque<Act>>>,
    asked: Arc<AtomicUsize>,
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").finish_non_exhaustive()
    }
}

impl Script {
    fn of(acts: impl IntoIterator<Item = Act>) -> Self {
        Self {
            acts: Arc::new(Mutex::new(acts.into_iter().collect())),
            asked: Arc::default(),
        }
    }

    fn next(&self) -> Act {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut acts = self.acts.lock().expect("unpoisoned");
        if acts.len() > 1 {
            acts.pop_front().expect("there are two")
        } else {
            acts[0].clone()
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    fn secrets(&self, soft: Duration, hard: Duration) -> Secrets {
        let metrics = Arc::new(Metrics::new(Instant::now()));
        Secrets::new(Box::new(self.clone()), Ttl { soft, hard }, metrics)
    }
}

impl SecretSource for Script {
    fn read(
        &self,
        _: Deadline,
    ) -> Pin<Box<dyn Future<Output = Result<ParameterValues, SourceError>> + Send + '_>> {
        match self.next() {
            Act::Hang => Box::pin(pending()),
            Act::Fail(error) => Box::pin(ready(Err(error))),
            Act::Give(value) => {
                let value = Secret::new(value);
                let found = FoundParameter {
                    value,
                    version: None,
                };
                Box::pin(async move {
                    tokio::task::yield_now().await;
                    Ok(ParameterValues::from([(KEY, found)]))
                })
            }
        }
    }

    fn name(&self, parameter: Parameter) -> String {
        format!("/team/{}", parameter.spellings()[0])
    }
}

fn soon() -> Deadline {
    Deadline::after(Instant::now(), Duration::from_secs(5))
}

async fn value(secrets: &Secrets) -> Result<String, String> {
    let value = secrets.value(KEY, soon()).await;
    value
        .map(|secret| secret.reveal().to_owned())
        .map_err(|error| error.to_string())
}

/// Waits until a source that failed may be asked again.
async fn rested(secrets: &Secrets) {
    while !secrets.is_due() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_young_value_is_used_and_not_due() {
    let source = Script::of([Act::Give(FIRST)]);
    let secrets = source.secrets(DAY, DAY);
    assert!(secrets.is_due(), "nothing is read yet");
    for _ in 0..3 {
        assert_eq!(value(&secrets).await.as_deref(), Ok(FIRST));
    }
    assert!(!secrets.is_due());
    assert_eq!(source.asked(), 1);
}

#[tokio::test]
async fn a_value_past_its_soft_age_is_used_and_due() {
    let source = Script::of([Act::Give(FIRST), Act::Give(SECOND)]);
    let secrets = source.secrets(Duration::ZERO, DAY);
    assert_eq!(value(&secrets).await.as_deref(), Ok(FIRST));
    assert_eq!(value(&secrets).await.as_deref(), Ok(FIRST));
    assert_eq!(source.asked(), 1);
    assert!(secrets.is_due());
    secrets.read(soon()).await.expect("read anew");
    assert_eq!(value(&secrets).await.as_deref(), Ok(SECOND));
}

#[tokio::test]
async fn a_value_past_its_soft_age_outlives_a_source_that_is_down() {
    let down = Act::Fail(SourceError::Unreachable);
    let source = Script::of([Act::Give(FIRST), down, Act::Give(SECOND)]);
    let secrets = source.secrets(Duration::ZERO, DAY);
    secrets.read(soon()).await.expect("read");
    assert_eq!(secrets.read(soon()).await, Err(SourceError::Unreachable));
    assert_eq!(value(&secrets).await.as_deref(), Ok(FIRST));
    rested(&secrets).await;
    assert!(secrets.is_broken());
    secrets.read(soon()).await.expect("read anew");
    assert!(!secrets.is_broken());
    assert_eq!(value(&secrets).await.as_deref(), Ok(SECOND));
}

#[tokio::test]
async fn a_value_past_its_hard_age_is_not_used() {
    let down = Act::Fail(SourceError::Throttled);
    let secrets = Script::of([Act::Give(FIRST), down]).secrets(Duration::ZERO, Duration::ZERO);
    secrets.read(soon()).await.expect("read");
    assert!(secrets.at_hand(KEY).is_none());
    let refused = value(&secrets).await.expect_err("too old");
    assert!(refused.contains("`/team/openai-api-key`"), "{refused}");
    assert!(!refused.contains(FIRST), "{refused}");
    let faults = secrets.faults().expect("there are secrets").join("; ");
    assert!(faults.contains("asked for fewer requests"), "{faults}");
}

#[tokio::test]
async fn a_value_that_can_be_none_has_to_be_replaced_and_one_that_was_not_read_may_come_later() {
    let told = async |act| {
        let secrets = Script::of([act]).secrets(DAY, DAY);
        value(&secrets).await.expect_err("no value")
    };
    assert_eq!(
        told(Act::Give("sk_short")).await,
        "`/team/openai-api-key` cannot be used: it must be a key of 20 characters or more; it has to be replaced"
    );
    let unread = told(Act::Fail(SourceError::Unreachable)).await;
    let (_, advice) = unread.rsplit_once("; ").expect("advice");
    assert_eq!(advice, "try again later");
}

#[tokio::test]
async fn many_who_need_one_have_the_source_asked_once() {
    let source = Script::of([Act::Give(FIRST)]);
    let secrets = source.secrets(DAY, DAY);
    let values = futures::future::join_all((0..8).map(|_| value(&secrets))).await;
    assert_eq!(values, vec![Ok(FIRST.to_owned()); 8]);
    assert_eq!(source.asked(), 1);
}

#[tokio::test]
async fn a_source_that_fails_is_not_asked_for_each_request() {
    for error in [
        SourceError::Denied("ssm:GetParameters".to_owned()),
        SourceError::Throttled,
        SourceError::Unreachable,
    ] {
        let source = Script::of([Act::Fail(error.clone()), Act::Give(FIRST)]);
        let secrets = source.secrets(DAY, DAY);
        for _ in 0..10 {
            let told = value(&secrets).await.expect_err("nothing is held");
            assert!(told.contains(&error.to_string()), "{told}");
            assert_eq!(secrets.read(soon()).await, Err(error.clone()));
        }
        assert_eq!(source.asked(), 1, "{error}");
        rested(&secrets).await;
        assert_eq!(value(&secrets).await.as_deref(), Ok(FIRST));
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_hangs_is_left_alone_for_a_while() {
    let source = Script::of([Act::Hang]);
    let secrets = source.secrets(DAY, DAY);
    assert_eq!(secrets.read(soon()).await, Err(SourceError::TimedOut));
    assert!(!secrets.is_due() && !secrets.is_broken());
}

#[tokio::test]
async fn who_has_no_time_left_says_nothing_of_the_source() {
    let source = Script::of([Act::Hang]);
    let secrets = source.secrets(DAY, DAY);
    let soon = Deadline::after(Instant::now(), Duration::from_millis(20));
    assert_eq!(secrets.read(soon).await, Err(SourceError::TimedOut));
    assert!(secrets.is_due());
}

#[tokio::test]
async fn a_refused_value_is_read_anew_once_and_not_for_each_refusal() {
    let source = Script::of([Act::Give(FIRST)]);
    let secrets = source.secrets(DAY, DAY);
    let refused = secrets.value(KEY, soon()).await.expect("read");
    for _ in 0..5 {
        let error = secrets.after_refusal(KEY, &refused, soon()).await;
        let told = error.expect_err("the same value").to_string();
        assert!(told.contains("`/team/openai-api-key`"), "{told}");
    }
    assert_eq!(source.asked(), 2);
}

#[tokio::test]
async fn a_refused_value_that_others_have_replaced_costs_no_reading() {
    let source = Script::of([Act::Give(FIRST), Act::Give(SECOND)]);
    let secrets = source.secrets(DAY, DAY);
    let refused = secrets.value(KEY, soon()).await.expect("read");
    for _ in 0..3 {
        let other = secrets.after_refusal(KEY, &refused, soon()).await;
        assert_eq!(other.expect("rotated").reveal(), SECOND);
    }
    assert_eq!(source.asked(), 2);
}

#[tokio::test]
async fn what_holds_secrets_shows_none() {
    let source = Script::of([Act::Give(FIRST)]);
    let secrets = source.secrets(DAY, DAY);
    secrets.read(soon()).await.expect("read");
    let shown = format!("{secrets:?}");
    assert!(!shown.contains("test-first"), "{shown}");
}
