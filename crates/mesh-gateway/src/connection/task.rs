//! A tool that is only run as a task: begun, asked about until it has ended, and its result fetched, all within one call.
//!
//! MCP 2025-11-25, basic/utilities/tasks. In 2026-07-28 a task is made only for clients that say that they want one, and we do not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mesh_core::Deadline;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{Asked, Connection};
use crate::fault::Fault;
use crate::inbox::{Kept, Listener, Step};
use crate::raw::{Members, without_meta};
use crate::wire::{About, Param};

/// Of what is said of a task itself.
const MAX_STATUS_BYTES: u64 = 256 * 1024;
/// Where a server does not say how often it wants to be asked, and whatever it says.
const DEFAULT_INTERVAL: Duration = Duration::from_millis(500);
const MIN_INTERVAL: Duration = Duration::from_millis(50);
const MAX_INTERVAL: Duration = Duration::from_secs(5);
/// What a result points to its task by; whoever called knows of none.
const RELATED: &str = "io.modelcontextprotocol/related-task";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Task {
    task_id: String,
    status: Status,
    status_message: Option<String>,
    /// Milliseconds: in the schema of 2025-11-25 a number, whole or not.
    poll_interval: Option<f64>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(from = "String")]
enum Status {
    Working,
    InputRequired,
    Completed,
    Failed,
    Cancelled,
    /// The beginning of it.
    Unknown(String),
}

impl From<String> for Status {
    fn from(text: String) -> Self {
        match text.as_str() {
            "working" => Self::Working,
            "input_required" => Self::InputRequired,
            "completed" => Self::Completed,
            "failed" => Self::Failed,
            "cancelled" => Self::Cancelled,
            other => Self::Unknown(other.chars().take(40).collect()),
        }
    }
}

impl Task {
    fn interval(&self) -> Duration {
        let wanted = self.poll_interval;
        let wanted = wanted.and_then(|ms| Duration::try_from_secs_f64(ms / 1_000.0).ok());
        let wanted = wanted.unwrap_or(DEFAULT_INTERVAL);
        wanted.clamp(MIN_INTERVAL, MAX_INTERVAL)
    }

    fn id(&self) -> Vec<Param<'static>> {
        vec![(
            "taskId",
            Value::from(self.task_id.as_str()).to_string().into(),
        )]
    }
}

impl Connection {
    /// Calls a tool as a task.
    pub(crate) async fn run(
        self: &Arc<Self>,
        params: &[Param<'_>],
        about: About<'_>,
        asked: &Asked,
    ) -> Result<Box<RawValue>, Fault> {
        let left = asked.deadline.remaining(Instant::now());
        let mut params = params.to_vec();
        params.push(("task", json!({"ttl": kept_for(left)}).to_string().into()));
        // MCP 2025-11-25, basic/utilities/tasks: the token of the call is good for as long as its task runs.
        let kept = Kept::default();
        let begun = self.ask_and_keep("tools/call", &params, Some(about), asked, Some(&kept));
        let begun = begun.await?;
        kept.hears_of_steps();
        // One that has its result at hand may answer with it.
        let Some(task) = begun_task(&begun)? else {
            return Ok(begun);
        };
        let mut unfinished = Unfinished {
            connection: self,
            task: Some(task.id()),
        };
        let result = self.followed(task, asked).await;
        if !matches!(result, Err(Fault::TimedOut | Fault::Asks)) {
            unfinished.task = None;
        }
        result.map_err(not_again)
    }

    /// Waits until it has ended.
    async fn followed(&self, mut task: Task, asked: &Asked) -> Result<Box<RawValue>, Fault> {
        let quiet = Asked {
            listener: Listener::default(),
            max_bytes: MAX_STATUS_BYTES,
            ..asked.clone()
        };
        let mut told = Told::default();
        loop {
            told.tell(&task, &asked.listener);
            match &task.status {
                Status::Completed | Status::Failed => break,
                // What it asks comes with the request for its result, which is answered when it has ended.
                Status::InputRequired if asked.listener.questions.is_some() => break,
                Status::InputRequired => return Err(Fault::Asks),
                Status::Cancelled => {
                    return Err(Fault::Refused("it has given up the task".to_owned()));
                }
                Status::Working => {}
                Status::Unknown(other) => {
                    let why = format!("its task is {other:?}, which is no status that we know");
                    return Err(Fault::Garbage(why));
                }
            }
            sleep(within(task.interval(), asked.deadline)?).await;
            let status = self.ask("tasks/get", &task.id(), None, &quiet).await?;
            task = serde_json::from_str(status.get())
                .map_err(|error| Fault::Garbage(format!("its answer to `tasks/get`: {error}")))?;
        }
        let result = self.ask("tasks/result", &task.id(), None, asked).await?;
        Ok(without_meta(result, RELATED))
    }
}

/// Milliseconds for which a server keeps a task: as long as somebody waits for it, and a moment for its result to be fetched.
fn kept_for(left: Duration) -> u64 {
    const MOMENT: Duration = Duration::from_secs(60);
    u64::try_from((left + MOMENT).as_millis()).unwrap_or(u64::MAX)
}

/// None where the answer is a result.
fn begun_task(begun: &RawValue) -> Result<Option<Task>, Fault> {
    let members = Members::of(begun);
    let task = members.as_ref().and_then(|members| members.get("task"));
    let task = task.map(serde_json::from_str).transpose();
    task.map_err(|error| Fault::Garbage(format!("the task that it has begun: {error}")))
}

/// As long, where it is asked again in time.
fn within(interval: Duration, deadline: Deadline) -> Result<Duration, Fault> {
    let left = deadline.remaining(Instant::now());
    match left.is_zero() {
        true => Err(Fault::TimedOut),
        false => Ok(interval.min(left)),
    }
}

/// The task was begun: whatever has happened to the connection since, the call is not made a second time.
fn not_again(fault: Fault) -> Fault {
    match fault {
        Fault::SessionGone | Fault::Credentials(_) => {
            Fault::Ended(format!(" while its task ran: {fault}"))
        }
        fault => fault,
    }
}

/// What a caller who wants to hear of steps was told last.
#[derive(Default)]
struct Told {
    count: u32,
    message: Option<String>,
}

impl Told {
    fn tell(&mut self, task: &Task, listener: &Listener) {
        let Some(steps) = &listener.steps else {
            return;
        };
        if task.status_message.is_none() || task.status_message == self.message {
            return;
        }
        self.count += 1;
        self.message.clone_from(&task.status_message);
        let _ = steps.try_send(Step {
            done: f64::from(self.count),
            total: None,
            message: self.message.clone(),
        });
    }
}

/// Takes a task back when nobody waits for it any more.
struct Unfinished<'a> {
    connection: &'a Arc<Connection>,
    task: Option<Vec<Param<'static>>>,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        const TIMEOUT: Duration = Duration::from_secs(2);
        let (Some(task), Ok(runtime)) = (self.task.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let connection = Arc::clone(self.connection);
        runtime.spawn(async move {
            let asked = Asked {
                deadline: Deadline::after(Instant::now(), TIMEOUT),
                hops: Default::default(),
                trace: None,
                listener: Listener::default(),
                max_bytes: MAX_STATUS_BYTES,
            };
            // Its end changes nothing for anybody.
            let _ = connection.ask("tasks/cancel", &task, None, &asked).await;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(text: &str) -> Result<Option<(String, Duration)>, String> {
        let begun = RawValue::from_string(text.to_owned()).expect("JSON");
        match begun_task(&begun) {
            Ok(task) => Ok(task.map(|task| (task.task_id.clone(), task.interval()))),
            Err(fault) => Err(fault.to_string()),
        }
    }

    #[test]
    fn what_has_a_task_is_one_or_cannot_be_understood() {
        let task = |interval: &str| {
            format!(r#"{{"task":{{"taskId":"t","status":"working","pollInterval":{interval}}}}}"#)
        };
        for (interval, us) in [
            ("200", 200_000),
            ("500.5", 500_500),
            ("1", 50_000),
            ("1e300", 500_000),
            ("-1", 500_000),
            ("null", 500_000),
        ] {
            let (id, wait) = begun(&task(interval)).expect("read").expect("a task");
            assert_eq!((id.as_str(), wait.as_micros()), ("t", us), "{interval}");
        }
        assert_eq!(begun(r#"{"content":[]}"#), Ok(None));
        let paused = r#"{"task":{"taskId":"t","status":"paused"}}"#;
        let paused = RawValue::from_string(paused.to_owned()).expect("JSON");
        let paused = begun_task(&paused).expect("read").expect("a task");
        assert_eq!(paused.status, Status::Unknown("paused".to_owned()));
        for broken in [&task(r#""soon""#), r#"{"task":{"status":"working"}}"#] {
            let told = begun(broken).expect_err("refused");
            assert!(told.contains("the task that it has begun"), "{told}");
        }
    }
}
