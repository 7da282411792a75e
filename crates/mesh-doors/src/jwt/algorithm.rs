use std::fmt;

use ring::signature as ring;

/// How a token is signed: RFC 7518, section 3.1, and RFC 8037. Neither `none` nor the symmetric ones can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    EdDsa,
}

impl Algorithm {
    pub const ALL: [(&str, Self); 9] = [
        ("RS256", Self::Rs256),
        ("RS384", Self::Rs384),
        ("RS512", Self::Rs512),
        ("PS256", Self::Ps256),
        ("PS384", Self::Ps384),
        ("PS512", Self::Ps512),
        ("ES256", Self::Es256),
        ("ES384", Self::Es384),
        ("EdDSA", Self::EdDsa),
    ];

    /// Its name in tokens and keys. `Ed25519` is what RFC 9864 calls EdDSA with that curve, the only one there is here.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = if name == "Ed25519" { "EdDSA" } else { name };
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, algorithm)| *algorithm)
    }

    /// That of RSA, where it is one.
    pub(super) fn rsa(self) -> Option<&'static ring::RsaParameters> {
        match self {
            Self::Rs256 => Some(&ring::RSA_PKCS1_2048_8192_SHA256),
            Self::Rs384 => Some(&ring::RSA_PKCS1_2048_8192_SHA384),
            Self::Rs512 => Some(&ring::RSA_PKCS1_2048_8192_SHA512),
            Self::Ps256 => Some(&ring::RSA_PSS_2048_8192_SHA256),
            Self::Ps384 => Some(&ring::RSA_PSS_2048_8192_SHA384),
            Self::Ps512 => Some(&ring::RSA_PSS_2048_8192_SHA512),
            Self::Es256 | Self::Es384 | Self::EdDsa => None,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, algorithm)| algorithm == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}
