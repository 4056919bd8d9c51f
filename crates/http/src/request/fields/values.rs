//! The values of a request before their types are known.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::Input;

/// The fields of a request before their types are known, by name.
#[derive(Debug)]
pub struct Fields {
    source: Source,
    /// The prefix of names in errors: `query/`, or empty.
    pub(super) place: &'static str,
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
        Self { source: Source::Json(members), place: "" }
    }

    /// Creates the fields of a form. A list takes all values of a repeated name, any other field the last one.
    pub fn form(fields: Vec<(String, Input)>) -> Self {
        Self { source: Source::Form(fields), place: "" }
    }

    /// Creates the fields from a query string. Errors are located at `query/<name>`.
    pub fn query(query: &str) -> Self {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let pairs = pairs.map(|(name, value)| (name.into_owned(), Input::Text(value.into_owned())));
        Self { source: Source::Form(pairs.collect()), place: "query/" }
    }

    /// Removes a value. With `is_list`, returns a list of all values of the name in a form.
    pub(super) fn take(&mut self, name: &str, is_list: bool) -> Input {
        match &mut self.source {
            Source::Json(members) => {
                members.remove(name).map_or(Input::Absent, |value| Input::of_raw(&value))
            }
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

    pub(super) fn into_names(self) -> Vec<String> {
        let mut names: Vec<String> = match self.source {
            Source::Json(members) => members.into_keys().collect(),
            Source::Form(fields) => fields.into_iter().map(|(name, _)| name).collect(),
        };
        names.sort();
        names.dedup();
        names
    }
}
