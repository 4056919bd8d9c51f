//! The words of Rust source text. Comments, strings and other literals are left out.

use std::{iter::Peekable, str::CharIndices};

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// The line, counted from 1.
    pub(crate) line: usize,
}

/// The kind of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier or a keyword.
    Word(String),
    /// `::`.
    Separator,
    /// Any other character.
    Mark(char),
}

impl Token {
    /// Returns the identifier or keyword.
    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Returns whether the token is this character.
    pub(crate) fn is(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }
}

/// Splits source text into tokens.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader { text, rest: text.char_indices().peekable(), line: 1 };
    let mut tokens = Vec::new();
    while let Some(token) = reader.token() {
        tokens.push(token);
    }
    tokens
}

struct Reader<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
    line: usize,
}

impl Reader<'_> {
    fn token(&mut self) -> Option<Token> {
        loop {
            let (start, c) = self.bump()?;
            let line = self.line;
            let kind = match c {
                '/' if self.takes('/') => {
                    self.skip_while(|c| c != '\n');
                    continue;
                }
                '/' if self.takes('*') => {
                    self.skip_comment();
                    continue;
                }
                '"' => {
                    self.skip_string();
                    continue;
                }
                '\'' => {
                    self.skip_quoted();
                    continue;
                }
                ':' if self.takes(':') => Kind::Separator,
                c if c.is_whitespace() => continue,
                c if is_word(c) => match self.word(start) {
                    Some(word) => Kind::Word(word),
                    None => continue,
                },
                c => Kind::Mark(c),
            };
            return Some(Token { kind, line });
        }
    }

    fn bump(&mut self) -> Option<(usize, char)> {
        let next = self.rest.next();
        if let Some((_, '\n')) = next {
            self.line += 1;
        }
        next
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().map(|(_, c)| *c)
    }

    fn takes(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.bump();
        }
        is_next
    }

    fn skip_while(&mut self, is_skipped: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&is_skipped) {
            self.bump();
        }
    }

    /// Skips the rest of a block comment, which may contain others.
    fn skip_comment(&mut self) {
        let mut depth = 1;
        while depth > 0 {
            match self.bump() {
                Some((_, '*')) if self.takes('/') => depth -= 1,
                Some((_, '/')) if self.takes('*') => depth += 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    /// Skips the rest of a string with escapes.
    fn skip_string(&mut self) {
        while let Some((_, c)) = self.bump() {
            match c {
                '\\' => {
                    self.bump();
                }
                '"' => return,
                _ => {}
            }
        }
    }

    /// Skips the rest of a raw string after `r` and its number signs. Returns false if it is a raw identifier.
    fn skip_raw_string(&mut self) -> bool {
        let mut hashes = 0;
        while self.takes('#') {
            hashes += 1;
        }
        if !self.takes('"') {
            return false;
        }
        while let Some((_, c)) = self.bump() {
            if c == '"' && (0..hashes).all(|_| self.takes('#')) {
                return true;
            }
        }
        true
    }

    /// Skips the rest of a character, or a lifetime.
    fn skip_quoted(&mut self) {
        match self.bump() {
            Some((_, '\\')) => {
                self.bump();
                self.skip_while(|c| c != '\'');
                self.bump();
            }
            // `'a'` is a character, `'a` and `'static` are lifetimes.
            Some(_) if self.takes('\'') => {}
            _ => self.skip_while(is_word),
        }
    }

    /// Reads the rest of a word. `None` if it is a number or the prefix of a string, which is skipped.
    fn word(&mut self, start: usize) -> Option<String> {
        self.skip_while(is_word);
        let end = self.rest.peek().map_or(self.text.len(), |(at, _)| *at);
        let word = &self.text[start..end];
        match (word, self.peek()) {
            ("r" | "br" | "cr", Some('"' | '#')) if self.skip_raw_string() => None,
            ("b" | "c", Some('"')) => {
                self.bump();
                self.skip_string();
                None
            }
            ("b", Some('\'')) => {
                self.bump();
                self.skip_quoted();
                None
            }
            // A raw identifier: the next word follows.
            ("r", _) if self.text[end..].starts_with('#') => None,
            _ if word.starts_with(|c: char| c.is_ascii_digit()) => None,
            _ => Some(word.to_owned()),
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests;
