use mesh_http::SigningScope;

use super::super::field::Field;
use super::super::node::Value;
use super::super::reading::Reading;
use crate::entry::Sign;

/// `true` where the host name says for whom, else for whom.
pub(super) fn read(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<Sign> {
    match &field.node.value {
        Value::Flag(is_wanted) => is_wanted.then_some(Sign::ByHost),
        Value::Table(_) => scope(field, reading).map(Sign::For),
        _ => {
            reading.fault(
                field,
                "this must be `true`, or `{\"service\": \"lambda\", \"region\": \"eu-west-1\"}` with what is meant",
            );
            None
        }
    }
}

fn scope(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<SigningScope> {
    let (mut service, mut region) = (None, None);
    for member in field.members(reading)? {
        let value = match member.name {
            "service" => &mut service,
            "region" => &mut region,
            _ => {
                reading.fault(
                    &member,
                    "this is nothing of `sign`: `service` and `region` are",
                );
                continue;
            }
        };
        *value = member.text(reading).filter(|text| is_plain(text));
    }
    let Some((service, region)) = service.zip(region) else {
        reading.fault(
            field,
            "this needs `service` and `region`, each of letters, digits and `-`",
        );
        return None;
    };
    Some(SigningScope {
        service: service.to_owned(),
        region: region.to_owned(),
    })
}

fn is_plain(text: &str) -> bool {
    let is_known = |c: char| c.is_ascii_alphanumeric() || c == '-';
    !text.is_empty() && text.chars().all(is_known)
}
