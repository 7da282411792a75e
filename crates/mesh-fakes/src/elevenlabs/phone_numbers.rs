use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Shared;
use super::state;

/// `GET /v1/convai/phone-numbers`: an array, and no object.
pub(super) async fn list(State(shared): State<Shared>) -> Json<Value> {
    Json(shared.lock().phone_numbers.clone().into())
}

impl state::State {
    pub(super) fn add_phone_number(&mut self, number: &str, agent: Option<&str>) -> String {
        let id = self.new_id("phnum_");
        let assigned = agent.map(|id| {
            let agent = self.agents.iter().find(|agent| agent.id == id);
            json!({"agent_id": id, "agent_name": agent.map_or("", |agent| agent.name.as_str())})
        });
        self.phone_numbers.push(json!({
            "phone_number_id": id, "phone_number": number, "label": "Front desk", "provider": "twilio",
            "supports_inbound": true, "supports_outbound": true, "assigned_agent": assigned,
        }));
        id
    }
}
