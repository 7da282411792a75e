//! What it takes to admit a call, in process: recognise the key, find what the policy says, count it, and record it; by a policy
//! of ten rules and by one of ten thousand, in turns.

use std::fmt::Write as _;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Result, bail, ensure};
use jiff::civil::date;
use mesh_core::{Caller, Effect, Moment, Secret};
use mesh_doors::audit::{Chain, Decision, Entry, Outcome, Salt};
use mesh_doors::keys::Keyring;
use mesh_doors::limits::{Limit, Limiter};
use mesh_doors::policy::{Asked, Policy, Rights};
use serde_json::{Value, json};

use crate::figures::{microseconds, quantile, ratios};
use crate::{machine, print};

const ROUNDS: usize = 20_000;
const MAX: Duration = Duration::from_micros(50);
const MAX_RATIO: f64 = 1.2;

const TOOL: Asked<'_> = Asked::Tool {
    name: "search_jira_tickets",
    family: "tracker",
    effect: Effect::Read,
};

pub(crate) fn run() -> Result<()> {
    print(&machine::line());
    let mut small = Door::with_rules(10)?;
    let mut large = Door::with_rules(10_000)?;
    let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_small.push(small.admit()?);
        of_large.push(large.admit()?);
    }
    print("| rules | admission p50 µs | p99 |\n|--:|--:|--:|");
    for (rules, times) in [(10, &of_small), (10_000, &of_large)] {
        let (p50, p99) = (quantile(times, 0.5), quantile(times, 0.99));
        let (p50, p99) = (microseconds(p50), microseconds(p99));
        print(&format!("| {rules} | {p50:.1} | {p99:.1} |"));
    }
    let p50 = quantile(&of_large, 0.5);
    let ratio = ratios(&of_large, &of_small).median;
    print(&format!("\n10,000 rules beside 10, median: {ratio:.2}"));
    if p50 > MAX || ratio > MAX_RATIO {
        bail!("an admission may take 50 µs at p50, and 1.2 times as long with 10,000 rules");
    }
    Ok(())
}

/// All that stands before a call, and one caller of it.
struct Door {
    keys: Keyring,
    token: Secret,
    policy: Policy,
    rights: Rights,
    limiter: Limiter,
    salt: Salt,
    chain: Chain,
    arguments: Value,
}

impl Door {
    fn with_rules(rules: usize) -> Result<Self> {
        let mut keys = Keyring::default();
        for nth in 0..20 {
            keys.create(&format!("other-{nth}"), date(2026, 1, 1), None)?;
        }
        let token = keys.create("voice", date(2026, 1, 1), None)?;
        let policy = Policy::parse(&text(rules))?;
        let id = keys.caller(token.reveal(), date(2026, 1, 2))?;
        let rights = policy.rights(&Caller::Key(id));
        let key = Secret::new("a-key-of-the-benchmark-0123456789");
        Ok(Self {
            keys,
            token,
            policy,
            rights,
            limiter: Limiter::default(),
            salt: Salt::at(&key, SystemTime::now()),
            chain: Chain::new("bench", "one"),
            arguments: json!({"query": "who approves a master?", "projectKey": ["ITSM"], "maxResults": 10}),
        })
    }

    /// The rights of a caller are found once for as long as the policy stays as it is; all else is done for each call.
    fn admit(&mut self) -> Result<Duration> {
        let limit = Limit {
            per_minute: u32::MAX,
            concurrent: 10,
        };
        let started = Instant::now();
        let id = self.keys.caller(self.token.reveal(), date(2026, 1, 2))?;
        let caller = Caller::Key(id);
        let digest = self.salt.arguments(&self.arguments);
        self.policy
            .arguments(&self.rights, &TOOL, &self.arguments)?;
        let now = Moment::new(started, SystemTime::now());
        let running = self.limiter.admit(caller.id(), Effect::Read, limit, now)?;
        let line = self.chain.append(&Entry {
            at: SystemTime::UNIX_EPOCH,
            caller: &self.salt.caller(&caller),
            team: Some("voice"),
            tool: "search_jira_tickets",
            effect: Effect::Read,
            decision: Decision::Allowed,
            arguments: &digest,
            duration: Duration::ZERO,
            outcome: Outcome::Answered,
            request_id: "bench",
        });
        let took = started.elapsed();
        drop(running);
        ensure!(line.contains("\"allowed\""), "an admission is recorded");
        Ok(took)
    }
}

/// Half of the rules are tools of the caller's own team, half are other teams.
fn text(rules: usize) -> String {
    let half = rules / 2;
    let tools = (0..half).map(|nth| format!("\"tool_{nth}\", "));
    let mut text = format!(
        "[team.voice]\nmembers = [\"key:voice\"]\nread = [{}\"search_jira_tickets\"]\n\
         [team.voice.arguments.search_jira_tickets]\nprojectKey = [\"ITSM\"]\n",
        tools.collect::<String>()
    );
    let teams = (half / 10).max(1);
    for nth in 0..teams.min(900) {
        let reads = (0..half / teams).map(|tool| format!("\"tool_{tool}\", "));
        let reads = reads.collect::<String>();
        write!(
            text,
            "[team.t{nth}]\nmembers = [\"key:t{nth}\"]\nread = [{reads}]\n"
        )
        .expect("writing to a string cannot fail");
    }
    text
}
