use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant, SystemTime};

use mesh_aws::{CallError, CloudWatch, Period};
use mesh_core::Deadline;
use tokio::time;

use crate::exit::{Exit, Failure};
use crate::terminal;

use super::fleet::{Figures, Fleet, Subject};
use super::page;
use super::window::Window;

/// For all that one view asks.
const TIMEOUT: Duration = Duration::from_secs(20);
/// To the upper left corner, with all that stood there gone.
const CLEAR: &str = "\u{1b}[H\u{1b}[2J";

/// What is looked at, and with what.
pub(super) struct View {
    pub(super) cloudwatch: CloudWatch,
    pub(super) region: String,
    pub(super) window: Window,
    pub(super) subject: Subject,
}

impl View {
    pub(super) async fn look(&self) -> Result<Fleet, CallError> {
        let to = next_minute(SystemTime::now());
        let period = Period {
            from: to - self.window.length(),
            to,
            step: self.window.length(),
        };
        let deadline = Deadline::after(Instant::now(), TIMEOUT);
        let queries = self.subject.queries();
        let (answers, alarms) = tokio::try_join!(
            self.cloudwatch.read(&queries, period, deadline),
            self.cloudwatch.alarms_of(&self.subject.function, deadline)
        )?;
        Ok(Fleet {
            subject: self.subject.clone(),
            region: self.region.clone(),
            from: period.from,
            to: period.to,
            figures: Figures::of(&answers),
            alarms,
        })
    }

    /// Looks every so often, until the person has seen enough. A look that failed is no reason to stop.
    pub(super) async fn watch(&self, every: Duration) -> Result<Exit, Failure> {
        let clear = if io::stdout().is_terminal() {
            CLEAR
        } else {
            ""
        };
        loop {
            match self.look().await {
                Ok(fleet) => {
                    let shown = terminal::write(&format!("{clear}{}", page::text(&fleet)));
                    if shown.is_err() {
                        return Ok(terminal::unless_gone(shown).map(|()| Exit::Done)?);
                    }
                }
                Err(error) => terminal::error(&format!("cannot ask CloudWatch: {error}")),
            }
            time::sleep(every).await;
        }
    }
}

/// CloudWatch has whole minutes; the one that runs is to be among them.
fn next_minute(now: SystemTime) -> SystemTime {
    let since = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs((since.as_secs() / 60 + 1) * 60)
}
