use super::super::field::Field;
use super::super::reading::Reading;
use crate::Template;
use crate::entry::OAuth;

/// What a token is asked for with. All but the scope must be there.
pub(super) fn read(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<OAuth> {
    let (mut token_url, mut client_id, mut client_secret, mut scope) = (None, None, None, None);
    for member in field.members(reading)? {
        let value = match member.name {
            "tokenUrl" => &mut token_url,
            "clientId" => &mut client_id,
            "clientSecret" => &mut client_secret,
            "scope" => &mut scope,
            _ => {
                reading.fault(
                    &member,
                    "this is nothing of `oauth`: `tokenUrl`, `clientId`, `clientSecret` and `scope` are",
                );
                continue;
            }
        };
        *value = member.text(reading);
    }
    let read = token_url.zip(client_id).zip(client_secret);
    let Some(((token_url, client_id), client_secret)) = read else {
        reading.fault(
            field,
            "this needs `tokenUrl`, `clientId` and `clientSecret`",
        );
        return None;
    };
    Some(OAuth {
        token_url: Template::from(token_url),
        client_id: Template::from(client_id),
        client_secret: Template::from(client_secret),
        scope: scope.map(str::to_owned),
    })
}
