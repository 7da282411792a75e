//! RTF as groups, control words and text.

#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    Word(&'a str, Option<i32>),
    /// `\~` and its like.
    Symbol(u8),
    /// A byte of text: as it stands, or as `\'e9`.
    Byte(u8),
}

#[derive(Debug)]
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn control(&mut self) -> Option<Token<'a>> {
        let first = *self.rest.first()?;
        if !first.is_ascii_alphabetic() {
            self.take(1);
            return match first {
                b'\'' => Some(Token::Byte(hex(self.take(2)).unwrap_or(b'?'))),
                b'\\' | b'{' | b'}' => Some(Token::Byte(first)),
                _ => Some(Token::Symbol(first)),
            };
        }
        let letters = self
            .rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic());
        let letters = letters.count();
        let name = str::from_utf8(self.take(letters)).unwrap_or_default();
        let sign = usize::from(self.rest.starts_with(b"-"));
        let digits = self.rest[sign..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit());
        let digits = digits.count();
        let number = match digits {
            0 => None,
            _ => str::from_utf8(self.take(sign + digits))
                .ok()
                .and_then(|it| it.parse().ok()),
        };
        if self.rest.starts_with(b" ") {
            self.take(1);
        }
        // Bytes that are no RTF follow.
        if let ("bin", Some(count)) = (name, number) {
            self.take(usize::try_from(count).unwrap_or(0));
        }
        Some(Token::Word(name, number))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            match self.take(1).first()? {
                b'{' => return Some(Token::Open),
                b'}' => return Some(Token::Close),
                b'\\' => return self.control(),
                // Lines are broken anywhere, and a zero ends what mail programs packed.
                b'\r' | b'\n' | 0 => {}
                byte => return Some(Token::Byte(*byte)),
            }
        }
    }
}

fn hex(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}
