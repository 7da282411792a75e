use anyhow::ensure;

use super::apply::Registrar;
use super::found::Found;
use super::plan::{self, Step};
use super::preflight;
use super::report::Report;
use super::state::{Hold, Place};
use super::token::Token;
use super::which::Identity;
use super::wished::Wished;
use super::workspace::Workspace;
use crate::exit::Failure;
use crate::signals::Signals;
use crate::terminal;

/// Makes the workspace as it is wished.
pub(super) async fn register(
    workspace: &Workspace,
    place: &Place,
    wished: &Wished,
    token: &Token,
    is_dry: bool,
) -> Result<Report, Failure> {
    preflight::account(workspace).await?;
    let (found, steps) = wanting(workspace, place, wished).await?;
    if is_dry || steps.is_empty() {
        return Ok(Report::new(steps, &found, is_dry).leaving(plan::left(wished, &found)));
    }
    let mut hold = place.hold().await?;
    let registered = registered(workspace, place, wished, token, &mut hold);
    let report = uninterrupted(registered).await;
    hold.give_back().await;
    report
}

/// Leaves nothing of a registration.
pub(super) async fn remove(
    workspace: &Workspace,
    place: &Place,
    identity: &Identity,
    is_dry: bool,
) -> Result<Report, Failure> {
    let found = Found::left(workspace, identity, place.read().await?).await?;
    let steps = plan::removal(identity, &found)?;
    if let Some(why) = &found.unseen_webhooks {
        terminal::note(&format!(
            "{why}; a webhook of `--post-call-webhook` is left, if there is one"
        ));
    }
    if is_dry || steps.is_empty() {
        return Ok(Report::of_removal(steps, is_dry));
    }
    let mut hold = place.hold().await?;
    let removed = removed(workspace, place, identity, &mut hold);
    match uninterrupted(removed).await {
        Ok(report) => {
            hold.forget().await?;
            Ok(report)
        }
        Err(error) => {
            hold.give_back().await;
            Err(error)
        }
    }
}

async fn registered(
    workspace: &Workspace,
    place: &Place,
    wished: &Wished,
    token: &Token,
    hold: &mut Hold<'_>,
) -> anyhow::Result<Report> {
    // What was found before may be another run's doing by now.
    let (found, steps) = wanting(workspace, place, wished).await?;
    let header = token.header();
    Registrar::new(workspace, place, Some((wished, &header)), &found)
        .all(&steps, hold)
        .await?;
    let (found, left) = wanting(workspace, place, wished).await?;
    ensure!(
        left.is_empty(),
        "ElevenLabs took every request, and still this differs: {}",
        left.iter().map(Step::words).collect::<Vec<_>>().join("; ")
    );
    let users = found
        .server
        .as_ref()
        .map_or(&[][..], |server| &server.agents);
    let unlisted = wished.agents.iter().find(|agent| !users.contains(agent));
    ensure!(
        unlisted.is_none(),
        "the agent `{}` has the server, and ElevenLabs does not list it among those that use it",
        unlisted.map_or("", String::as_str)
    );
    Ok(Report::new(steps, &found, false).leaving(plan::left(wished, &found)))
}

async fn removed(
    workspace: &Workspace,
    place: &Place,
    identity: &Identity,
    hold: &mut Hold<'_>,
) -> anyhow::Result<Report> {
    let found = Found::left(workspace, identity, place.read().await?).await?;
    let steps = plan::removal(identity, &found)?;
    Registrar::new(workspace, place, None, &found)
        .all(&steps, hold)
        .await?;
    Ok(Report::of_removal(steps, false))
}

/// What is there, and what has to be done about it.
async fn wanting(
    workspace: &Workspace,
    place: &Place,
    wished: &Wished,
) -> anyhow::Result<(Found, Vec<Step>)> {
    let found = Found::look(workspace, wished, place.read().await?).await?;
    let steps = plan::steps(wished, &found)?;
    Ok((found, steps))
}

/// An interrupt ends it between two requests or in one, and what is held is still given back.
async fn uninterrupted(
    work: impl Future<Output = anyhow::Result<Report>>,
) -> Result<Report, Failure> {
    let mut signals = Signals::new()?;
    tokio::select! {
        done = work => Ok(done?),
        () = signals.next() => Err(Failure::Interrupted(
            "interrupted: run this again, and it goes on from there",
        )),
    }
}
