//! Span fields as JSON. They are written without an intermediate value, because every request creates a span and few
//! are read.

use std::fmt::{self, Debug, Write};

use tracing::{
    field::{Field, Visit},
    span::Record,
};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FormatFields, FormattedFields, format::Writer},
};

/// A formatter that writes fields as one JSON object, in their order.
pub(super) struct Fields;

impl<'w> FormatFields<'w> for Fields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'w>, fields: R) -> fmt::Result {
        writer.write_char('{')?;
        Members::write(&mut writer, fields, true)
    }

    fn add_fields(
        &self,
        current: &'w mut FormattedFields<Self>,
        fields: &Record<'_>,
    ) -> fmt::Result {
        if current.fields.pop() != Some('}') {
            current.fields = "{".to_owned();
        }
        let whole = current.fields.len();
        let outcome = Members::write(&mut current.as_writer(), fields, whole == 1);
        if outcome.is_err() {
            current.fields.truncate(whole);
            current.fields.push('}');
        }
        outcome
    }
}

/// The prefix of fields that only an export of spans reads.
const EXPORTED: &str = "otel.";

/// The members of an object.
struct Members<'a> {
    writer: &'a mut dyn Write,
    is_first: bool,
    outcome: fmt::Result,
}

impl<'a> Members<'a> {
    /// Writes the members and the closing brace.
    fn write(writer: &'a mut dyn Write, fields: impl RecordFields, is_first: bool) -> fmt::Result {
        let mut members = Self { writer, is_first, outcome: Ok(()) };
        fields.record(&mut members);
        members.outcome?;
        members.writer.write_char('}')
    }

    fn number(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        self.member(field, |writer| writer.write_fmt(value));
    }

    fn text(&mut self, field: &Field, text: fmt::Arguments<'_>) {
        self.member(field, |writer| {
            writer.write_char('"')?;
            Escaped(writer).write_fmt(text)?;
            writer.write_char('"')
        });
    }

    fn member(&mut self, field: &Field, value: impl FnOnce(&mut dyn Write) -> fmt::Result) {
        if field.name().starts_with(EXPORTED) {
            return;
        }
        self.outcome =
            self.outcome.and_then(|()| self.name(field)).and_then(|()| value(self.writer));
    }

    /// Writes the name of a field, which needs no escapes because it is a path of Rust.
    fn name(&mut self, field: &Field) -> fmt::Result {
        self.writer.write_str(if self.is_first { "\"" } else { ",\"" })?;
        self.is_first = false;
        self.writer.write_str(field.name())?;
        self.writer.write_str("\":")
    }
}

impl Visit for Members<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no infinities and no NaN.
        if value.is_finite() {
            self.number(field, format_args!("{value}"));
        } else {
            self.text(field, format_args!("{value}"));
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.number(field, format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.number(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.number(field, format_args!("{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, |writer| {
            writer.write_char('"')?;
            Escaped(writer).write_str(value)?;
            writer.write_char('"')
        });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field, format_args!("{value:?}"));
    }
}

/// A writer that escapes text for a JSON string. Source: RFC 8259, 7.
struct Escaped<'a>(&'a mut dyn Write);

impl Write for Escaped<'_> {
    fn write_str(&mut self, mut text: &str) -> fmt::Result {
        let must_be_escaped = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
        while let Some(at) = text.bytes().position(must_be_escaped) {
            let (before, rest) = text.split_at(at);
            self.0.write_str(before)?;
            let mut rest = rest.chars();
            if let Some(c) = rest.next() {
                write!(self.0, "\\u{:04x}", u32::from(c))?;
            }
            text = rest.as_str();
        }
        self.0.write_str(text)
    }
}

#[cfg(test)]
mod tests;
