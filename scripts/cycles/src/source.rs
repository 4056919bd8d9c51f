//! What one module declares, imports and names.

use std::collections::BTreeSet;

use crate::tokens::{Kind, Token};

/// The contents of a module, without what is compiled for tests only.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// The modules that it declares; with their contents, if those are inline.
    pub(crate) children: Vec<(String, Option<Source>)>,
    /// The items that it defines.
    pub(crate) items: BTreeSet<String>,
    pub(crate) imports: Vec<Import>,
    /// The paths that its code contains, outside of imports.
    pub(crate) paths: Vec<Path>,
    /// The single words that its code contains, outside of imports.
    pub(crate) words: BTreeSet<String>,
}

/// An import: one name of a `use`.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) path: Path,
    /// The name in this module; `*` imports all names.
    pub(crate) name: String,
    pub(crate) is_reexport: bool,
}

/// A path of at least two segments.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
}

impl Source {
    /// Reads the contents of a file.
    pub(crate) fn of(tokens: &[Token]) -> Self {
        let mut reader = Reader { tokens, at: 0 };
        reader.module()
    }
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads a module up to its closing brace or the end of the file.
    fn module(&mut self) -> Source {
        let mut source = Source::default();
        let mut depth = 0_usize;
        while let Some(token) = self.peek(0) {
            match &token.kind {
                Kind::Mark('}') if depth == 0 => break,
                Kind::Mark('}') => depth -= 1,
                Kind::Mark('{') => depth += 1,
                Kind::Mark('#') if self.is_test_only() => {
                    self.skip_attribute();
                    self.skip_item();
                    continue;
                }
                Kind::Word(word) => {
                    self.word(&mut source, word, depth == 0);
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
        source
    }

    fn word(&mut self, source: &mut Source, word: &str, is_outermost: bool) {
        let next = self.peek(1);
        let name = next.and_then(Token::word);
        match word {
            "use" if !next.is_some_and(|next| next.is('<')) => {
                let is_reexport = self.is_public();
                self.at += 1;
                self.import(source, &mut Vec::new(), is_reexport);
                return;
            }
            "mod" if is_outermost && name.is_some() => {
                let name = name.unwrap_or_default().to_owned();
                let is_inline = self.peek(2).is_some_and(|token| token.is('{'));
                self.at += 3;
                let inline = is_inline.then(|| self.module());
                // The closing brace.
                self.at += usize::from(is_inline);
                source.children.push((name, inline));
                return;
            }
            "fn" | "struct" | "enum" | "union" | "trait" | "type" | "const" | "static"
                if is_outermost =>
            {
                source.items.extend(name.map(str::to_owned));
            }
            "macro_rules" if is_outermost => {
                source.items.extend(self.peek(2).and_then(Token::word).map(str::to_owned));
            }
            _ => {}
        }
        self.path(source);
    }

    /// Reads a path. The name of a method or field, what follows `>::`, and the scope of `pub(in ...)` is not one.
    fn path(&mut self, source: &mut Source) {
        let before = &self.tokens[..self.at];
        let is_path = match before {
            [.., token, last] if last.is('.') => token.is('.'),
            [.., open, last] if last.word() == Some("in") => !open.is('('),
            [.., last] => last.kind != Kind::Separator,
            [] => true,
        };
        let line = self.tokens[self.at].line;
        let mut segments = Vec::new();
        while let Some(word) = self.peek(0).and_then(Token::word) {
            segments.push(word.to_owned());
            self.at += 1;
            let is_followed = self.peek(1).is_some_and(|next| next.word().is_some());
            if !is_followed || !self.takes_separator() {
                break;
            }
        }
        if is_path && segments.len() > 1 {
            source.paths.push(Path { segments, line });
        } else if is_path {
            source.words.extend(segments);
        }
    }

    /// Reads a tree of imports below `prefix`, up to its comma, closing brace or semicolon, or beyond the semicolon.
    fn import(&mut self, source: &mut Source, prefix: &mut Vec<String>, is_reexport: bool) {
        let outer = prefix.len();
        let mut alias = None;
        let mut line = 0;
        while let Some(token) = self.peek(0) {
            match &token.kind {
                Kind::Word(word) if word == "as" => {
                    self.at += 1;
                    alias = self.peek(0).and_then(Token::word).map(str::to_owned);
                }
                Kind::Word(word) => {
                    line = token.line;
                    prefix.push(word.clone());
                }
                Kind::Mark('*') => {
                    line = token.line;
                    prefix.push("*".to_owned());
                }
                Kind::Mark('{') => {
                    self.at += 1;
                    while !self.peek(0).is_none_or(|token| token.is('}')) {
                        self.import(source, prefix, is_reexport);
                        self.at += usize::from(self.peek(0).is_some_and(|token| token.is(',')));
                    }
                    // The prefix of a group is not imported itself.
                    line = 0;
                }
                Kind::Mark(',' | '}' | ';') => break,
                _ => {}
            }
            self.at += 1;
        }
        if line > 0 {
            let path = Path { segments: prefix.clone(), line };
            source.imports.extend(import(path, alias, is_reexport));
        }
        prefix.truncate(outer);
    }

    /// Returns whether the tokens before this one are `pub`, or `pub(...)`.
    fn is_public(&self) -> bool {
        let before = &self.tokens[..self.at];
        match before.last() {
            Some(last) if last.is(')') => before
                .iter()
                .rposition(|token| token.is('('))
                .and_then(|open| before.get(open.checked_sub(1)?))
                .is_some_and(|token| token.word() == Some("pub")),
            Some(last) => last.word() == Some("pub"),
            None => false,
        }
    }

    /// Returns whether an attribute `#[cfg(test)]`, `#[test]` or `#[..::test]` begins here.
    fn is_test_only(&self) -> bool {
        let end = self.closing(self.at + 1);
        let attribute = self.tokens.get(self.at + 1..end).unwrap_or_default();
        let words: Vec<&str> = attribute.iter().filter_map(Token::word).collect();
        words == ["cfg", "test"]
            || words.last() == Some(&"test") && words.len() <= 2 && words[0] != "cfg"
    }

    fn skip_attribute(&mut self) {
        self.at = self.closing(self.at + 1) + 1;
    }

    /// Skips further attributes and an item: up to its semicolon or its closing brace.
    fn skip_item(&mut self) {
        while self.peek(0).is_some_and(|token| token.is('#')) {
            self.skip_attribute();
        }
        let is_use = self.peek(0).and_then(Token::word) == Some("use");
        while let Some(token) = self.peek(0) {
            if token.is(';') {
                self.at += 1;
                return;
            }
            if token.is('{') || token.is('(') || token.is('[') {
                let is_last = token.is('{') && !is_use;
                self.at = self.closing(self.at);
                if is_last {
                    self.at += 1;
                    return;
                }
            }
            if token.is('}') {
                // The end of what contains a statement without a semicolon.
                return;
            }
            self.at += 1;
        }
    }

    /// Returns the position of the bracket that closes the one at `open`.
    fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate().skip(open) {
            match token.kind {
                Kind::Mark('(' | '[' | '{') => depth += 1,
                Kind::Mark(')' | ']' | '}') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return at;
                    }
                }
                _ => {}
            }
        }
        self.tokens.len()
    }

    fn peek(&self, ahead: usize) -> Option<&'a Token> {
        self.tokens.get(self.at + ahead)
    }

    fn takes_separator(&mut self) -> bool {
        let is_next = self.peek(0).is_some_and(|token| token.kind == Kind::Separator);
        self.at += usize::from(is_next);
        is_next
    }
}

/// Returns the import of a path. `a::self` is `a`.
fn import(mut path: Path, alias: Option<String>, is_reexport: bool) -> Option<Import> {
    if path.segments.len() > 1 && path.segments.last().is_some_and(|last| last == "self") {
        path.segments.pop();
    }
    let name = alias.or_else(|| path.segments.last().cloned())?;
    Some(Import { path, name, is_reexport })
}

#[cfg(test)]
mod tests;
