use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::{Value, json};

use super::agents::Agent;
use super::conversations::Conversation;
use super::error::ApiError;
use super::knowledge::Document;
use super::{Behaviour, KEY, Operation, PREMADE_VOICE, Recorded, TRAINED_VOICE};

#[derive(Debug)]
pub(super) struct State {
    pub(super) key: String,
    /// `free`, `starter`, `creator`, `pro`…
    pub(super) tier: &'static str,
    pub(super) credits_used: u64,
    pub(super) credit_limit: u64,
    /// How much more may be spent, and paid for later; none, where there is no bound.
    pub(super) credit_extension: Option<u64>,
    pub(super) models: Vec<Model>,
    /// In the order in which they came.
    pub(super) voices: Vec<Voice>,
    /// How many are shared with everybody.
    pub(super) shared_voices: usize,
    /// The ids of previews that a voice can be made of.
    pub(super) previews: HashSet<String>,
    pub(super) next: HashMap<Operation, VecDeque<Behaviour>>,
    pub(super) requests: Vec<Recorded>,
    pub(super) agents: Vec<Agent>,
    pub(super) documents: Vec<Document>,
    pub(super) conversations: Vec<Conversation>,
    pub(super) phone_numbers: Vec<Value>,
    /// The ids of songs that are kept.
    pub(super) songs: HashSet<String>,
    ids: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) speaks: bool,
    pub(super) converts: bool,
    pub(super) max_characters: u64,
    /// Credits a character.
    pub(super) multiplier: f64,
    pub(super) languages: &'static [(&'static str, &'static str)],
}

#[derive(Clone, Debug)]
pub(super) struct Voice {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) category: String,
    pub(super) description: String,
    pub(super) labels: Value,
    /// Null, where it is not trained.
    pub(super) fine_tuning: Value,
    pub(super) created_at: u64,
}

impl State {
    pub(super) fn new() -> Self {
        let mut state = Self {
            key: KEY.to_owned(),
            tier: "creator",
            credits_used: 0,
            credit_limit: 100_000,
            credit_extension: Some(0),
            models: models(),
            voices: Vec::new(),
            shared_voices: 3,
            previews: HashSet::new(),
            next: HashMap::new(),
            requests: Vec::new(),
            agents: Vec::new(),
            documents: Vec::new(),
            conversations: Vec::new(),
            phone_numbers: Vec::new(),
            songs: HashSet::new(),
            ids: 0,
        };
        state.add_voice("Adam", "premade", "Deep and even.");
        state.add_voice("Jessica", "premade", "Young and bright.");
        state.voices[0].id = TRAINED_VOICE.to_owned();
        state.voices[0].labels =
            json!({"accent": "american", "age": "middle_aged", "gender": "male"});
        state.voices[0].fine_tuning = json!({
            "is_allowed_to_fine_tune": true, "state": {"eleven_multilingual_v2": "fine_tuned"}, "language": "en",
            "verification_failures": [], "verification_attempts_count": 0, "manual_verification_requested": false,
        });
        state.voices[1].id = PREMADE_VOICE.to_owned();
        state
    }

    pub(super) fn plan(&mut self, operation: Operation, behaviour: Behaviour) {
        self.next.entry(operation).or_default().push_back(behaviour);
    }

    pub(super) fn new_id(&mut self, prefix: &str) -> String {
        self.ids += 1;
        format!("{prefix}{:016}", self.ids)
    }

    pub(super) fn add_voice(&mut self, name: &str, category: &str, description: &str) -> String {
        let id = self.new_id("fake");
        self.voices.push(Voice {
            id: id.clone(),
            name: name.to_owned(),
            category: category.to_owned(),
            description: description.to_owned(),
            labels: json!({}),
            fine_tuning: Value::Null,
            created_at: 1_790_000_000 + self.ids,
        });
        id
    }

    pub(super) fn voice(&self, id: &str) -> Result<&Voice, ApiError> {
        let voice = self.voices.iter().find(|voice| voice.id == id);
        voice.ok_or_else(|| ApiError::voice_not_found(id))
    }

    pub(super) fn model(&self, id: &str) -> Result<Model, ApiError> {
        let model = self.models.iter().find(|model| model.id == id);
        model.cloned().ok_or_else(|| {
            let message = format!("A model with model ID {id} does not exist.");
            ApiError::named(400, "model_not_found", message)
        })
    }

    pub(super) fn is_pro(&self) -> bool {
        !["free", "starter", "creator"].contains(&self.tier)
    }
}

const MANY: &[(&str, &str)] = &[
    ("en", "English"),
    ("de", "German"),
    ("fr", "French"),
    ("hu", "Hungarian"),
];

fn models() -> Vec<Model> {
    let model = |id, name, max_characters, multiplier| Model {
        id,
        name,
        speaks: true,
        converts: false,
        max_characters,
        multiplier,
        languages: MANY,
    };
    let converts = |id, name| Model {
        speaks: false,
        converts: true,
        ..model(id, name, 10_000, 1.0)
    };
    vec![
        model(
            "eleven_multilingual_v2",
            "Eleven Multilingual v2",
            10_000,
            1.0,
        ),
        model("eleven_flash_v2_5", "Eleven Flash v2.5", 40_000, 0.5),
        model("eleven_v3", "Eleven v3", 5_000, 1.0),
        Model {
            languages: &MANY[..1],
            ..model("eleven_flash_v2", "Eleven Flash v2", 30_000, 0.5)
        },
        converts(
            "eleven_multilingual_sts_v2",
            "Eleven Multilingual v2 (speech to speech)",
        ),
        converts(
            "eleven_english_sts_v2",
            "Eleven English v2 (speech to speech)",
        ),
    ]
}
