//! Typed fields of a request: structs whose fields define their names, their parsing and their documentation.
//!
//! A wire type is a struct of [`Field`]s that derives `Deserialize` and `ToSchema`. Absent, null, blank, mistyped and
//! valid values are states of its fields, so reading a body never stops at the first invalid field. [`Fields`] fills
//! such a struct from JSON, an urlencoded form, multipart parts or a query string.

mod deserializer;
mod document;
mod field;
mod kind;
mod pk;
mod query;
pub mod strict;

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::Input;
use crate::error::Problem;

pub use self::{
    document::{Presence, complete},
    field::{
        Field, Nullable, NullableOrBlank, Optional, OptionalOrBlank, Partial, Raw, Required, rule,
    },
    kind::{
        Boolean, Choice, Codes, Email, EmailText, Kind, Password, Slug, Text, Username, text,
        text_schema,
    },
    pk::{Pk, Pks},
    query::QueryFields,
};

/// The fields of a request before their types are known, by name.
#[derive(Debug)]
pub struct Fields {
    source: Source,
    /// The prefix of names in errors: `query/`, or empty.
    place: &'static str,
}

#[derive(Debug)]
enum Source {
    /// The members of an object. The last value of a repeated key counts.
    Json(HashMap<String, Box<RawValue>>),
    /// The fields in the order sent, with repeated names.
    Form(Vec<(String, Input)>),
}

impl Fields {
    /// Creates an empty set: every field is absent.
    pub fn empty() -> Self {
        Self::form(Vec::new())
    }

    /// Creates the fields from the members of a JSON object.
    pub fn json(members: HashMap<String, Box<RawValue>>) -> Self {
        Self {
            source: Source::Json(members),
            place: "",
        }
    }

    /// Creates the fields of a form. A list takes all values of a repeated name, any other field the last one.
    pub fn form(fields: Vec<(String, Input)>) -> Self {
        Self {
            source: Source::Form(fields),
            place: "",
        }
    }

    /// Creates the fields from a query string. Errors are located at `query/<name>`.
    pub fn query(query: &str) -> Self {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let pairs = pairs.map(|(name, value)| (name.into_owned(), Input::Text(value.into_owned())));
        Self {
            source: Source::Form(pairs.collect()),
            place: "query/",
        }
    }

    /// Fills a struct of [`Field`]s and returns the names that it does not declare, sorted.
    ///
    /// # Errors
    /// [`Problem::Internal`] if `T` is not a struct of fields.
    pub fn read<T: DeserializeOwned>(mut self) -> Result<(T, Vec<String>), Problem> {
        let read = T::deserialize(deserializer::Fields::new(&mut self));
        let read = read.map_err(|error| Problem::Internal(error.into()))?;
        Ok((read, self.into_names()))
    }

    /// Removes a value. With `is_list`, returns a list of all values of the name in a form.
    fn take(&mut self, name: &str, is_list: bool) -> Input {
        match &mut self.source {
            Source::Json(members) => members
                .remove(name)
                .map_or(Input::Absent, |value| Input::of_raw(&value)),
            Source::Form(fields) => {
                let mut values: Vec<Input> = fields
                    .extract_if(.., |(other, _)| other == name)
                    .map(|(_, value)| value)
                    .collect();
                match values.pop() {
                    None => Input::Absent,
                    Some(last) if is_list => {
                        values.push(last);
                        Input::List(values)
                    }
                    Some(last) => last,
                }
            }
        }
    }

    fn into_names(self) -> Vec<String> {
        let mut names: Vec<String> = match self.source {
            Source::Json(members) => members.into_keys().collect(),
            Source::Form(fields) => fields.into_iter().map(|(name, _)| name).collect(),
        };
        names.sort();
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests;
