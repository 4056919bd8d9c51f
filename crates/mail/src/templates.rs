//! The texts of emails, which an operator may override.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, escape_formatter};
use serde::Serialize;

use crate::{Error, Result};

/// The content of an email, without a recipient.
///
/// Shape: a subject of one line; plain text; HTML.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line, without control characters.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same content as a complete HTML document.
    pub html: String,
}

/// Shows the subject only, because the texts contain login links.
impl std::fmt::Debug for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rendered").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// The texts of all emails, as minijinja templates.
///
/// Shape: an email's files are `<name>.subject.txt`, `<name>.txt` and `<name>.html`. Values are escaped in HTML only. A value that a template uses but the context
/// does not contain is an error, unless it is only tested with `if`.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
}

impl Templates {
    /// Loads the built-in files, given by name. A file of the same name in `override_dir` replaces a built-in one. The
    /// files are read once, in this call. They may include each other and the built-in ones.
    ///
    /// # Errors
    /// [`Error::Invalid`] if `override_dir` is not a folder; [`Error::Template`] for the first file that cannot be
    /// read or is not a valid template.
    pub fn new(
        built_in: impl IntoIterator<Item = (String, &'static str)>,
        override_dir: Option<PathBuf>,
    ) -> Result<Self> {
        if override_dir.as_deref().is_some_and(|dir| !dir.is_dir()) {
            return Err(Error::Invalid { what: "folder of mail templates" });
        }
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.set_syntax(syntax()?);
        environment.set_formatter(format);
        // With debug information, errors would quote the values of an email, including its link.
        environment.set_debug(false);
        // Never reload files: emails use the templates that were validated here.
        environment.set_auto_reload(false);
        for (name, text) in built_in {
            let text = match &override_dir {
                Some(dir) => read_override(dir, &name)?.map_or(Cow::Borrowed(text), Cow::Owned),
                None => Cow::Borrowed(text),
            };
            environment
                .add_template_owned(name.clone(), text)
                .map_err(|source| template_error(&name, source))?;
        }
        if let Some(dir) = override_dir {
            environment.set_loader(minijinja::path_loader(dir));
        }
        Ok(Self { environment })
    }

    /// Renders the email `name` with the values of `context`.
    ///
    /// # Errors
    /// [`Error::Template`] if the email does not exist, or one of its files uses a value that `context` does not
    /// contain.
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

/// Removes lines that contain only a tag, so that templates can be indented and spaced.
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
    Error::Template { name: name.to_owned(), source: source.into() }
}

fn read_override(dir: &Path, name: &str) -> Result<Option<String>> {
    match std::fs::read_to_string(dir.join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(template_error(name, error)),
    }
}

/// Converts a subject to one line: control characters become spaces, and repeated spaces are merged.
fn one_line(text: &str) -> String {
    let spaced = text.replace(char::is_control, " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Formats a value as minijinja does, but does not escape the slash, so that links stay readable in the HTML source.
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
