use std::time::{Instant, SystemTime};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const EFFECTS: [Effect; 3] = [Effect::Read, Effect::Write, Effect::Spend];

const fn limit(per_minute: u32, concurrent: u32) -> Limit {
    Limit {
        per_minute,
        concurrent,
    }
}

/// A moment so long after the first one that is asked for.
fn clock() -> impl Fn(Duration) -> Moment + Copy {
    let begin = Instant::now();
    move |elapsed| Moment::new(begin + elapsed, SystemTime::UNIX_EPOCH + elapsed)
}

fn now() -> Moment {
    clock()(Duration::ZERO)
}

/// How many of a hundred calls at that moment are let in, each over before the next.
fn let_in(limiter: &Limiter, effect: Effect, limit: Limit, now: Moment) -> usize {
    (0..100)
        .filter(|_| limiter.admit("ada", effect, limit, now).is_ok())
        .count()
}

#[test]
fn a_minute_of_calls_may_come_at_once_and_then_as_many_a_minute() {
    let (limiter, clock) = (Limiter::default(), clock());
    let allowed = limit(7, 1);
    let at = |seconds| clock(Duration::from_secs(seconds));
    assert_eq!(let_in(&limiter, Effect::Read, allowed, at(0)), 7);
    assert_eq!(let_in(&limiter, Effect::Read, allowed, at(8)), 0);
    assert_eq!(let_in(&limiter, Effect::Read, allowed, at(9)), 1);
    assert_eq!(let_in(&limiter, Effect::Read, allowed, at(60)), 6);
    assert_eq!(let_in(&limiter, Effect::Read, allowed, at(600)), 7);
}

#[test]
fn a_host_that_was_frozen_has_let_time_pass() {
    let (limiter, steady) = (Limiter::remembering(1), Instant::now());
    let at = |seconds| {
        let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        Moment::new(steady, wall)
    };
    let allowed = limit(7, 1);
    assert_eq!(let_in(&limiter, Effect::Read, allowed, at(0)), 7);
    assert_eq!(let_in(&limiter, Effect::Read, allowed, at(9)), 1);
    assert_eq!(let_in(&limiter, Effect::Read, allowed, at(600)), 7);
    let another = limiter.admit("bob", Effect::Read, allowed, at(1200));
    assert!(another.is_ok(), "who has not called of late is forgotten");
}

#[test]
fn effects_and_callers_have_limits_of_their_own() {
    let (limiter, now) = (Limiter::default(), now());
    for effect in EFFECTS {
        assert_eq!(let_in(&limiter, effect, limit(3, 1), now), 3);
    }
    assert!(limiter.admit("bob", Effect::Read, limit(3, 1), now).is_ok());
}

#[test]
fn a_call_counts_as_running_until_it_is_dropped() {
    let (limiter, now) = (Limiter::default(), now());
    let admit = || limiter.admit("ada", Effect::Spend, limit(100, 2), now);
    let first = admit().expect("one");
    let _second = admit().expect("two");
    let refused = admit().expect_err("three");
    assert_eq!(refused.why, Why::Running);
    assert_eq!(
        refused.to_string(),
        "too many calls of tools that spend at once: 2 are allowed; try again in 1 s"
    );
    drop(first);
    assert!(admit().is_ok());
}

#[test]
fn a_refusal_says_when_to_try_again_and_it_is_so() {
    let (limiter, clock) = (Limiter::default(), clock());
    let now = clock(Duration::ZERO);
    let allowed = limit(5, 1);
    assert_eq!(let_in(&limiter, Effect::Spend, allowed, now), 5);
    let refused = limiter
        .admit("ada", Effect::Spend, allowed, now)
        .expect_err("the sixth");
    assert_eq!(
        (refused.why, refused.retry_in),
        (Why::Rate, Duration::from_secs(12))
    );
    assert_eq!(
        refused.to_string(),
        "too many calls of tools that spend: 5 a minute are allowed; try again in 12 s"
    );
    let too_soon = clock(refused.retry_in - Duration::from_nanos(1));
    assert_eq!(let_in(&limiter, Effect::Spend, allowed, too_soon), 0);
    let in_time = clock(refused.retry_in);
    assert_eq!(let_in(&limiter, Effect::Spend, allowed, in_time), 1);
}

#[test]
fn a_limit_of_none_admits_none() {
    let (limiter, now) = (Limiter::default(), now());
    assert_eq!(let_in(&limiter, Effect::Read, limit(0, 1), now), 0);
    assert_eq!(let_in(&limiter, Effect::Read, limit(1, 0), now), 0);
    assert_eq!(let_in(&limiter, Effect::Read, limit(u32::MAX, 1), now), 100);
}

#[test]
fn callers_that_have_not_called_of_late_make_room_for_others() {
    let (limiter, clock) = (Limiter::remembering(2), clock());
    let now = clock(Duration::ZERO);
    let allowed = limit(60, 2);
    let admit = |caller: &str, now| limiter.admit(caller, Effect::Read, allowed, now);
    let running = admit("ada", now).expect("ada");
    drop(admit("bob", now));
    assert_eq!(admit("eve", now).expect_err("full").why, Why::Callers);
    let later = clock(Duration::from_secs(1));
    assert!(admit("eve", later).is_ok());
    // What is running is not forgotten, however long it takes.
    let much_later = clock(Duration::from_secs(600));
    let second = admit("ada", much_later).expect("ada again");
    assert!(admit("bob", much_later).is_ok());
    assert_eq!(
        admit("ada", much_later).expect_err("two run").why,
        Why::Running
    );
    drop((running, second));
}

#[test]
fn threads_together_get_no_more_than_one_would() {
    let (limiter, now) = (Limiter::default(), now());
    let (running, most_running) = (AtomicU32::new(0), AtomicU32::new(0));
    let until_spent = || -> usize {
        let mut count = 0;
        loop {
            match limiter.admit("ada", Effect::Write, limit(1000, 3), now) {
                Ok(_admitted) => {
                    count += 1;
                    let now_running = running.fetch_add(1, Ordering::SeqCst) + 1;
                    most_running.fetch_max(now_running, Ordering::SeqCst);
                    std::thread::yield_now();
                    running.fetch_sub(1, Ordering::SeqCst);
                }
                Err(refused) if refused.why == Why::Running => std::thread::yield_now(),
                Err(_) => return count,
            }
        }
    };
    let total: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(until_spent)).collect();
        let counts = threads.into_iter().map(|thread| thread.join());
        counts.map(|count| count.expect("no panic")).sum()
    });
    assert_eq!(total, 1000);
    assert!(most_running.into_inner() <= 3);
}

/// A caller's call, or the end of the oldest that runs.
#[derive(Clone, Debug)]
enum Step {
    Call { caller: usize, effect: usize },
    End,
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0usize..4, 0usize..2).prop_map(|(caller, effect)| Step::Call { caller, effect }),
        2 => Just(Step::End),
        2 => (0u64..20_000).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// In any stretch of time a caller gets at most the bucket and what flows into it meanwhile, also where callers are
    /// forgotten for want of room.
    #[test]
    fn nobody_gets_more_than_the_bucket(
        steps in vec(step(), 0..200),
        per_minute in 1u32..12,
        concurrent in 1u32..4,
        max_callers in 1usize..4,
    ) {
        let limiter = Limiter::remembering(max_callers);
        let (clock, mut elapsed) = (clock(), Duration::ZERO);
        let allowed = limit(per_minute, concurrent);
        let mut running = std::collections::VecDeque::new();
        let mut admitted: HashMap<(usize, usize), Vec<Duration>> = HashMap::new();
        for step in steps {
            match step {
                Step::Wait(millis) => elapsed += Duration::from_millis(millis),
                Step::End => drop(running.pop_front()),
                Step::Call { caller, effect } => {
                    let name = caller.to_string();
                    if let Ok(call) = limiter.admit(&name, EFFECTS[effect], allowed, clock(elapsed)) {
                        running.push_back((call, (caller, effect)));
                        admitted.entry((caller, effect)).or_default().push(elapsed);
                        let same = running.iter().filter(|(_, of)| *of == (caller, effect));
                        prop_assert!(same.count() <= concurrent as usize);
                    }
                }
            }
        }
        for times in admitted.values() {
            for (first, from) in times.iter().enumerate() {
                for (last, to) in times.iter().enumerate().skip(first) {
                    let count = (last - first + 1) as u128;
                    let flowed = (*to - *from).as_nanos() * u128::from(per_minute) / 60_000_000_000;
                    // Rounded to a nanosecond, a bucket may be full a moment early.
                    prop_assert!(count <= u128::from(per_minute) + flowed + 1);
                }
            }
        }
    }
}
