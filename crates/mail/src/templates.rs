//! Letters' texts, which an operator may replace.

mod built_in;

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, escape_formatter};
use serde::Serialize;

use crate::{Error, Result};

/// What a letter says, before it is known whom it is for.
///
/// Shape: a subject of one line; plain text; HTML.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line, without control characters.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as a whole HTML document.
    pub html: String,
}

/// Shows the subject only: the texts carry links that log their reader in.
impl std::fmt::Debug for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rendered")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// The texts of all letters, as minijinja templates.
///
/// Shape: a letter's name is `djoser/password_reset`, for example, and its files are `<name>.subject.txt`,
/// `<name>.txt` and `<name>.html`. Values are escaped in HTML and stand as they are in the other two. A value that a
/// template asks for and was not given is an error, unless it is only tested with `if`.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
}

impl Templates {
    /// The built-in texts, each file replaced by the one of the same name in `override_dir`, if there is one. Files
    /// there are read now, and not again; they may include each other and the built-in `_layout.html`,
    /// `_valid.txt`.
    ///
    /// # Errors
    /// [`Error::Invalid`] if `override_dir` is not a folder; [`Error::Template`] for the first file that cannot be
    /// read or is not a template.
    pub fn new(override_dir: Option<PathBuf>) -> Result<Self> {
        if override_dir.as_deref().is_some_and(|dir| !dir.is_dir()) {
            return Err(Error::Invalid {
                what: "folder of mail templates",
            });
        }
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.set_syntax(syntax()?);
        environment.set_formatter(format);
        // Errors would otherwise quote the values of a letter, its link among them.
        environment.set_debug(false);
        // What has been found to be a template here is what letters are made of, whatever happens to the files.
        environment.set_auto_reload(false);
        for (name, text) in built_in::FILES {
            let text = match &override_dir {
                Some(dir) => read_override(dir, name)?.map_or(Cow::Borrowed(*text), Cow::Owned),
                None => Cow::Borrowed(*text),
            };
            environment
                .add_template_owned(*name, text)
                .map_err(|source| template_error(name, source))?;
        }
        if let Some(dir) = override_dir {
            environment.set_loader(minijinja::path_loader(dir));
        }
        Ok(Self { environment })
    }

    /// The letter `name`, with the values of `context` filled in.
    ///
    /// # Errors
    /// [`Error::Template`] if there is no such letter, or one of its files asks for a value that it was not given.
    pub fn render(&self, name: &str, context: impl Serialize) -> Result<Rendered> {
        let context = Value::from(Serde(context));
        Ok(Rendered {
            subject: one_line(&self.file(&format!("{name}.subject.txt"), &context)?),
            text: self.file(&format!("{name}.txt"), &context)?,
            html: self.file(&format!("{name}.html"), &context)?,
        })
    }

    fn file(&self, name: &str, context: &Value) -> Result<String> {
        self.environment
            .get_template(name)
            .and_then(|template| template.render(context.clone()))
            .map_err(|source| template_error(name, source))
    }
}

/// A line that holds only a tag leaves nothing behind, so that texts can be laid out.
fn syntax() -> Result<SyntaxConfig> {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .map_err(|source| template_error("syntax", source))
}

fn template_error(
    name: &str,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error::Template {
        name: name.to_owned(),
        source: source.into(),
    }
}

fn read_override(dir: &Path, name: &str) -> Result<Option<String>> {
    match std::fs::read_to_string(dir.join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(template_error(name, error)),
    }
}

/// Puts a subject on one line: control characters become spaces, and neighbouring spaces one.
fn one_line(text: &str) -> String {
    let spaced = text.replace(char::is_control, " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes a value as minijinja does, but leaves the slash alone, so that links stay readable in the source of HTML.
fn format(
    out: &mut Output,
    state: &mut State,
    value: &Value,
) -> std::result::Result<(), minijinja::Error> {
    let text = match (state.auto_escape(), value.as_str()) {
        (AutoEscape::Html, Some(text)) if !value.is_safe() => text,
        _ => return escape_formatter(out, state, value),
    };
    for character in text.chars() {
        match character {
            '&' => out.write_str("&amp;")?,
            '<' => out.write_str("&lt;")?,
            '>' => out.write_str("&gt;")?,
            '"' => out.write_str("&quot;")?,
            '\'' => out.write_str("&#x27;")?,
            _ => out.write_str(character.encode_utf8(&mut [0; 4]))?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
