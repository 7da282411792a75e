use mesh_clients::elevenlabs::{
    ConversationQuery, Criterion, ElevenLabsError, Judgement, Simulation,
};
use mesh_fakes::elevenlabs::{Behaviour, Operation};
use serde_json::json;

use super::{World, soon};

#[tokio::test]
async fn conversations_are_listed_the_newest_first_between_two_moments() {
    let world = World::new().await;
    let agent = world.create_agent("Desk").await;
    let ids = [(); 5].map(|()| world.fake.add_conversation(&agent, &[("agent", "Hello.")]));
    world.fake.add_conversation("agent_other", &[]);
    let mut query = ConversationQuery {
        agent_id: Some(agent),
        call_start_after_unix: Some(1_790_000_000),
        call_start_before_unix: Some(1_790_000_240),
        page_size: 2,
        ..ConversationQuery::default()
    };
    let first = world.client.conversations(&world.key, &query, soon()).await;
    let first = first.expect("a page");
    assert!(first.has_more);
    let listed = first.conversations.iter().map(|one| &one.conversation_id);
    assert_eq!(listed.collect::<Vec<_>>(), [&ids[3], &ids[2]]);
    let newest = &first.conversations[0];
    assert_eq!((newest.message_count, newest.status.as_str()), (1, "done"));
    query.cursor = first.next_cursor;
    let second = world.client.conversations(&world.key, &query, soon()).await;
    let second = second.expect("a page");
    assert_eq!(
        (&second.conversations[0].conversation_id, second.has_more),
        (&ids[1], false)
    );
}

#[tokio::test]
async fn a_conversation_is_read_turn_by_turn() {
    let world = World::new().await;
    let turns = [("agent", "Hello."), ("user", "When do you open?")];
    let id = world.fake.add_conversation("agent_1", &turns);
    let conversation = world.client.conversation(&world.key, &id, soon()).await;
    let conversation = conversation.expect("there");
    let read = conversation.transcript.iter();
    let read = read.map(|turn| (turn.role.as_str(), turn.message.as_deref().unwrap_or("")));
    assert_eq!(read.collect::<Vec<_>>(), turns);
    assert_eq!(conversation.metadata.call_duration_secs, 10);
    let analysis = conversation.analysis.expect("it has ended");
    assert_eq!(analysis.transcript_summary.as_deref(), Some("They talked."));
    let gone = world
        .client
        .conversation(&world.key, "conv_no", soon())
        .await;
    assert!(matches!(gone, Err(ElevenLabsError::NotFound)), "{gone:?}");
}

fn simulation() -> Simulation {
    Simulation {
        user_prompt: "You are in a hurry.".to_owned(),
        first_message: Some("Quick question.".to_owned()),
        criteria: vec![Criterion {
            id: "polite".to_owned(),
            name: "Polite".to_owned(),
            conversation_goal_prompt: "The agent stayed polite.".to_owned(),
            use_knowledge_base: false,
        }],
        max_turns: 4,
    }
}

#[tokio::test]
async fn a_conversation_is_played_and_judged() {
    let world = World::new().await;
    let agent = world.create_agent("Desk").await;
    let simulation = simulation();
    let played = world
        .client
        .simulate_conversation(&world.key, &agent, &simulation, soon());
    let played = played.await.expect("played");
    assert_eq!(played.simulated_conversation.len(), 4);
    let second = played.simulated_conversation[1].message.as_deref();
    assert_eq!(second, Some("Quick question."));
    let judged = played.analysis.evaluation_criteria_results.expect("judged");
    let polite = Judgement {
        criteria_id: "polite".to_owned(),
        result: "success".to_owned(),
        rationale: Some("It was.".to_owned()),
    };
    assert_eq!(judged["polite"], polite);
    let body = json!({
        "simulation_specification": {"simulated_user_config": {
            "prompt": {"prompt": "You are in a hurry."}, "first_message": "Quick question.",
        }},
        "extra_evaluation_criteria": [{
            "id": "polite", "name": "Polite", "conversation_goal_prompt": "The agent stayed polite.",
            "use_knowledge_base": false,
        }],
        "new_turns_limit": 4,
    });
    assert_eq!(world.fake.requests()[1].json(), body);
}

#[tokio::test]
async fn a_conversation_whose_answer_is_lost_was_paid_for_and_is_not_played_again() {
    let world = World::new().await;
    let agent = world.create_agent("Desk").await;
    let simulation = simulation();
    world.fake.next(Operation::Simulate, Behaviour::Lost);
    let played = world
        .client
        .simulate_conversation(&world.key, &agent, &simulation, soon());
    assert!(played.await.expect_err("lost").may_have_charged());
    assert_eq!(world.fake.credits_used(), 40);
    assert_eq!(world.fake.requests().len(), 2);
}
