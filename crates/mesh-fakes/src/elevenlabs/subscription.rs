use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Shared;

/// Voices that an account may have.
pub(super) const VOICE_LIMIT: usize = 30;

/// `GET /v1/user/subscription`.
pub(super) async fn retrieve(State(shared): State<Shared>) -> Json<Value> {
    let state = shared.lock();
    let extension = state.credit_extension;
    let extension = extension.map_or_else(|| json!("unlimited"), |credits| json!(credits));
    Json(json!({
        "tier": state.tier,
        "status": "active",
        "character_count": state.credits_used,
        "character_limit": state.credit_limit,
        "max_character_limit_extension": null,
        "max_credit_limit_extension": extension,
        "can_extend_character_limit": true,
        "allowed_to_extend_character_limit": false,
        "next_character_count_reset_unix": 1_798_761_600,
        "voice_slots_used": state.kept_voices(),
        "voice_limit": VOICE_LIMIT,
        "professional_voice_slots_used": 0,
        "professional_voice_slots_used_in_workspace": 0,
        "professional_voice_limit": 1,
        "max_voice_add_edits": 95,
        "voice_add_edit_counter": 0,
        "can_extend_voice_limit": false,
        "can_use_instant_voice_cloning": true,
        "can_use_professional_voice_cloning": true,
        "currency": "usd",
        "billing_period": "monthly_period",
        "character_refresh_period": "monthly_period",
        "current_overage": {"amount": "0", "currency": "usd"},
        "next_invoice": null,
        "open_invoices": [],
        "has_open_invoices": false,
    }))
}
