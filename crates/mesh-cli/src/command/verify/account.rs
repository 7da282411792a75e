use mesh_aws::{Account, Alarm, AlarmState, CallError, CloudWatch, LogGroup};

use super::report::{Finding, Report};
use super::surroundings::{Known, Surroundings, deadline};

/// Who watches the function, and what is kept of what it said.
pub(super) async fn check(report: &mut Report, surroundings: &Surroundings) {
    let function = &surroundings.function;
    match &surroundings.account {
        Err(reason) => {
            for name in ["alarms", "log retention"] {
                report.note(name, Finding::skipped(reason));
            }
        }
        Ok(known) => {
            report.make("alarms", alarms(known, function)).await;
            report
                .make("log retention", retention(known, function))
                .await;
        }
    }
}

async fn alarms(known: &Known, function: &str) -> Finding {
    match CloudWatch::new(&known.aws)
        .alarms_of(function, deadline())
        .await
    {
        Err(error) => unread(&error),
        Ok(alarms) => wired(&alarms, function),
    }
}

fn wired(alarms: &[Alarm], function: &str) -> Finding {
    let named = |wanted: &dyn Fn(&&Alarm) -> bool| {
        let names = alarms
            .iter()
            .filter(wanted)
            .map(|alarm| alarm.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    if alarms.is_empty() {
        return Finding::fail(format!(
            "no alarm watches `{function}`: nobody is told when it fails"
        ));
    }
    let deaf = named(&|alarm| alarm.actions.is_empty());
    if !deaf.is_empty() {
        return Finding::fail(format!("an alarm without an action tells nobody: {deaf}"));
    }
    let ringing = named(&|alarm| alarm.state == AlarmState::Alarm);
    if !ringing.is_empty() {
        return Finding::warn(format!("ringing now: {ringing}"));
    }
    Finding::ok(format!("{}, each with an action", alarms.len()))
}

async fn retention(known: &Known, function: &str) -> Finding {
    let name = format!("/aws/lambda/{function}");
    match Account::new(&known.aws).log_group(&name, deadline()).await {
        Err(error) => unread(&error),
        Ok(group) => kept(group, &name),
    }
}

fn kept(group: Option<LogGroup>, name: &str) -> Finding {
    match group.map(|group| group.retention_days) {
        None => Finding::fail(format!("there is no log group `{name}`")),
        Some(None) => Finding::warn("log lines are kept, and paid for, for ever"),
        Some(Some(days)) => Finding::ok(format!("log lines are kept for {days} days")),
    }
}

/// Not seen is not well; but a caller who may not look is no fault of the deployment.
fn unread(error: &CallError) -> Finding {
    match error {
        CallError::Denied(_) => Finding::skipped(error.to_string()),
        _ => Finding::fail(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(name: &str, actions: &[&str], state: AlarmState) -> Alarm {
        Alarm {
            name: name.to_owned(),
            state,
            reason: String::new(),
            since: None,
            actions: actions.iter().map(|arn| (*arn).to_owned()).collect(),
        }
    }

    #[test]
    fn an_alarm_without_an_action_is_named() {
        let told = alarm("mesh-errors", &["arn:topic"], AlarmState::Ok);
        let deaf = alarm("mesh-slow", &[], AlarmState::Ok);
        let found = wired(&[told.clone(), deaf], "mesh");
        assert_eq!(
            found,
            Finding::fail("an alarm without an action tells nobody: mesh-slow")
        );
        assert_eq!(wired(&[told], "mesh").verdict.word(), "ok");
        assert_eq!(wired(&[], "mesh").verdict.word(), "fail");
        let ringing = alarm("mesh-errors", &["arn:topic"], AlarmState::Alarm);
        assert_eq!(
            wired(&[ringing], "mesh"),
            Finding::warn("ringing now: mesh-errors")
        );
    }

    #[test]
    fn a_log_that_never_ends_is_a_warning() {
        let group = |retention_days| LogGroup {
            name: "/aws/lambda/mesh".to_owned(),
            retention_days,
        };
        let verdict = |group| kept(group, "/aws/lambda/mesh").verdict.word();
        assert_eq!(verdict(None), "fail");
        assert_eq!(verdict(Some(group(None))), "warn");
        assert_eq!(verdict(Some(group(Some(30)))), "ok");
    }
}
