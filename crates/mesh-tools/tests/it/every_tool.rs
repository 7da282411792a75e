//! What holds for each tool there is, and for each that will be added.

use std::collections::BTreeSet;
use std::time::Duration;

use mesh_tools::registry::TOOLS;
use mesh_tools::{Entry, Family, Needs, ToolError};
use serde_json::{Value, json};

use crate::support::Server;

/// Those that a server without vendors has.
fn of_the_corpus() -> impl Iterator<Item = &'static Entry> {
    TOOLS.iter().filter(|tool| !tool.family.is_open())
}

#[test]
fn names_are_legal_and_unique() {
    let names: BTreeSet<_> = TOOLS.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names.len(), TOOLS.len());
    for name in names {
        let legal = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        assert!(
            (1..=64).contains(&name.len()) && name.chars().all(legal),
            "{name}"
        );
    }
}

#[test]
fn each_says_what_it_is_for() {
    for tool in TOOLS {
        let definition = tool.definition();
        assert!(!definition.title.is_empty(), "{}", tool.name);
        assert!(definition.description.len() > 80, "{}", tool.name);
    }
}

#[test]
fn a_policy_that_allows_a_family_allows_these() {
    let of = |family: Family| -> Vec<&str> {
        let tools = TOOLS.iter().filter(|tool| tool.family == family);
        tools.map(|tool| tool.name.as_str()).collect()
    };
    let expected: [(&str, &[&str]); 10] = [
        ("knowledge", &["query_aoma_knowledge"]),
        ("tracker", &["search_jira_tickets", "get_jira_ticket_count"]),
        ("code", &["search_git_commits", "search_code_files"]),
        ("mail", &["search_outlook_emails"]),
        ("development", &["analyze_development_context"]),
        ("reading", &["search", "fetch"]),
        ("system", &["get_system_health", "get_server_capabilities"]),
        (
            "voice",
            &[
                "text_to_speech",
                "speech_to_text",
                "text_to_sound_effects",
                "speech_to_speech",
                "isolate_audio",
                "search_voices",
                "get_voice",
                "search_voice_library",
                "list_models",
                "text_to_voice",
                "create_voice_from_preview",
                "voice_clone",
                "check_subscription",
            ],
        ),
        (
            "agents",
            &[
                "list_agents",
                "get_agent",
                "create_agent",
                "add_knowledge_base_to_agent",
                "list_conversations",
                "get_conversation",
                "simulate_conversation",
                "list_phone_numbers",
            ],
        ),
        (
            "music",
            &[
                "compose_music",
                "create_composition_plan",
                "video_to_music",
                "upload_music_for_inpainting",
            ],
        ),
    ];
    let families = Family::ALL.map(|family| (family.as_str(), of(family)));
    assert_eq!(
        families,
        expected.map(|(name, tools)| (name, tools.to_vec()))
    );
}

#[test]
fn each_argument_is_described() {
    for tool in TOOLS {
        let properties = tool.definition().input_schema["properties"]
            .as_object()
            .expect("properties")
            .clone();
        for (name, property) in properties {
            let described = property["description"]
                .as_str()
                .is_some_and(|text| !text.is_empty());
            assert!(described, "{}: {name}", tool.name);
            assert!(
                property["type"].is_string(),
                "{}: {name} has no single type",
                tool.name
            );
        }
    }
}

#[test]
fn no_schema_is_a_union_with_null_or_refers_elsewhere() {
    for tool in TOOLS {
        let definition = tool.definition();
        let input = Value::Object((*definition.input_schema).clone());
        let output = definition
            .output_schema
            .as_ref()
            .expect("every tool shows its answer's shape");
        for schema in [&input, &Value::Object((**output).clone())] {
            assert_eq!(schema["type"], "object", "{}", tool.name);
            let text = schema.to_string();
            for bad in ["\"null\"]", "$ref", "$defs", "\"default\":null"] {
                assert!(!text.contains(bad), "{}: {bad} in {text}", tool.name);
            }
        }
    }
}

#[tokio::test]
async fn a_spent_deadline_is_answered_without_work() {
    let server = Server::of_company();
    for tool in of_the_corpus() {
        let late = server.context_for(Duration::ZERO);
        // Wrong arguments: had anything been done, that would be the complaint.
        let permit = server.view.permit(tool.name.as_str()).expect("listed");
        let refusal = permit.call(json!([]), late).await.expect_err("too late");
        assert!(
            matches!(refusal, ToolError::DeadlineExceeded { .. }),
            "{}: {refusal}",
            tool.name
        );
    }
}

#[test]
fn without_a_corpus_only_what_needs_none_is_listed() {
    let server = Server::without_corpus();
    for tool in of_the_corpus() {
        assert_eq!(
            tool.is_ready(&server.services),
            tool.needs == Needs::NOTHING,
            "{}",
            tool.name
        );
    }
    let view = &server.view;
    let resources: Vec<_> = view.resources.iter().map(|resource| resource.uri).collect();
    assert_eq!(resources, ["aoma://health", "aoma://metrics"]);
    assert_eq!((view.templates.len(), view.prompts.len()), (0, 0));
}

#[test]
fn the_list_is_as_it_was() {
    for tool in TOOLS {
        let definition = tool.definition();
        insta::assert_json_snapshot!(
            tool.name.as_str(),
            json!({
                "title": definition.title,
                "description": definition.description,
                "inputSchema": *definition.input_schema,
                "outputSchema": definition.output_schema.as_deref(),
            })
        );
    }
}
