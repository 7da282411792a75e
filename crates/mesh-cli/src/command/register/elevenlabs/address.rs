use reqwest::Url;

use crate::client::address;
use crate::exit::Failure;

/// The address that ElevenLabs is to call. One of this machine is of use where ElevenLabs is, too.
pub(super) fn parse(text: &str, elevenlabs: &str) -> Result<Url, Failure> {
    let url = address::parse(text).map_err(Failure::usage)?;
    let is_near = Url::parse(elevenlabs).is_ok_and(|base| address::is_loopback(&base));
    if address::region(&url).is_some() {
        return Err(Failure::usage(format!(
            "`{url}` is a Function URL, which wants requests signed, and ElevenLabs cannot sign: give the address of the second \
             door (Terraform's output `DoorUrl`; docs/DEPLOY.md)"
        )));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Failure::usage(
            "the address has a query or a fragment, which would be shown wherever it is listed: leave it out",
        ));
    }
    if url.scheme() != "https" && !(address::is_loopback(&url) && is_near) {
        return Err(Failure::usage(format!(
            "`{url}` is not encrypted: ElevenLabs calls `https://` addresses alone (one of this machine can be tried where \
             `MESH_ELEVENLABS_URL` is of this machine, too)"
        )));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: &str = "https://api.elevenlabs.io";
    const NEAR: &str = "http://127.0.0.1:9";

    fn fault(text: &str, elevenlabs: &str) -> String {
        match parse(text, elevenlabs) {
            Err(Failure::Usage(sentences)) => sentences.join(" "),
            other => panic!("no fault of usage: {other:?}"),
        }
    }

    #[test]
    fn it_is_encrypted_or_all_of_it_is_on_this_machine() {
        assert!(parse("https://door.example.com/mcp", REAL).is_ok());
        assert!(parse("http://127.0.0.1:3000/mcp", NEAR).is_ok());
        for (url, elevenlabs) in [
            ("http://door.example.com/mcp", REAL),
            ("http://door.example.com/mcp", NEAR),
            ("http://127.0.0.1:3000/mcp", REAL),
        ] {
            assert!(fault(url, elevenlabs).contains("is not encrypted"), "{url}");
        }
    }

    #[test]
    fn one_that_wants_signatures_is_answered_with_the_second_door() {
        let said = fault("https://abc.lambda-url.us-east-2.on.aws/rpc", REAL);
        assert!(said.contains("DoorUrl"), "{said}");
    }

    #[test]
    fn nothing_secret_is_in_it() {
        for url in [
            "https://door.example.com/mcp?key=x",
            "https://d.example.com/#x",
        ] {
            assert!(fault(url, REAL).contains("leave it out"), "{url}");
        }
        assert!(!fault("https://ann:hush@door.example.com/mcp", REAL).contains("hush"));
    }
}
