use http::{HeaderMap, HeaderValue, header};
use mesh_core::Secret;

use super::SupabaseError;

/// A legacy key is a JWT, and alone in `apikey` it means the anonymous role; a key of the present kind is none, and
/// PostgREST refuses it as a bearer token (PGRST301).
pub(super) fn put(key: &Secret, headers: &mut HeaderMap) -> Result<(), SupabaseError> {
    let key = key.reveal().trim();
    headers.insert("apikey", sensitive(key)?);
    if key.starts_with("eyJ") {
        headers.insert(header::AUTHORIZATION, sensitive(&format!("Bearer {key}"))?);
    }
    Ok(())
}

fn sensitive(value: &str) -> Result<HeaderValue, SupabaseError> {
    let mut value = HeaderValue::from_str(value).map_err(|_| SupabaseError::Unauthorized)?;
    value.set_sensitive(true);
    Ok(value)
}
