use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::{ElevenLabs, ElevenLabsError};

/// A model with its seventy languages takes 5 kB.
const MAX_BYTES: u64 = 2 * 1024 * 1024;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    pub model_id: String,
    pub name: String,
    pub description: Option<String>,
    pub can_do_text_to_speech: bool,
    pub can_do_voice_conversion: bool,
    /// In characters.
    pub maximum_text_length_per_request: Option<u64>,
    pub languages: Vec<Language>,
    /// Credits a character, less what the account has off.
    pub character_cost_multiplier: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Language {
    pub language_id: String,
    pub name: String,
}

#[derive(Deserialize)]
struct ModelObject {
    model_id: String,
    name: Option<String>,
    description: Option<String>,
    can_do_text_to_speech: Option<bool>,
    can_do_voice_conversion: Option<bool>,
    maximum_text_length_per_request: Option<u64>,
    languages: Option<Vec<Language>>,
    model_rates: Option<Rates>,
}

#[derive(Deserialize)]
struct Rates {
    character_cost_multiplier: f64,
    cost_discount_multiplier: Option<f64>,
}

impl Rates {
    fn of_a_character(&self) -> f64 {
        self.character_cost_multiplier * self.cost_discount_multiplier.unwrap_or(1.0)
    }
}

impl ElevenLabs {
    /// `GET /v1/models`.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn models(
        &self,
        key: &Secret,
        deadline: Deadline,
    ) -> Result<Vec<Model>, ElevenLabsError> {
        let read = self.read(key, "/v1/models", deadline, MAX_BYTES);
        let models: Vec<ModelObject> = read.await?;
        Ok(models.into_iter().map(Model::from).collect())
    }
}

impl From<ModelObject> for Model {
    fn from(model: ModelObject) -> Self {
        Self {
            name: model.name.unwrap_or_else(|| model.model_id.clone()),
            model_id: model.model_id,
            description: model.description,
            can_do_text_to_speech: model.can_do_text_to_speech.unwrap_or(false),
            can_do_voice_conversion: model.can_do_voice_conversion.unwrap_or(false),
            maximum_text_length_per_request: model.maximum_text_length_per_request,
            languages: model.languages.unwrap_or_default(),
            character_cost_multiplier: model.model_rates.as_ref().map(Rates::of_a_character),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_character_costs_what_is_left_of_its_price() {
        let price = |rates: Value| {
            let model = json!({"model_id": "eleven_v3", "model_rates": rates});
            let model: ModelObject = serde_json::from_value(model).expect("a model");
            Model::from(model).character_cost_multiplier
        };
        let halved = json!({"character_cost_multiplier": 1.0, "cost_discount_multiplier": 0.5});
        assert_eq!(price(halved), Some(0.5));
        assert_eq!(price(json!({"character_cost_multiplier": 1.0})), Some(1.0));
        assert_eq!(price(Value::Null), None);
    }
}
