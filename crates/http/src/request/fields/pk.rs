//! Ids of related objects. Source: Django REST framework 3.18, `relations.py`, `PrimaryKeyRelatedField` and
//! `ManyRelatedField`; docs/contract/drf.md «Fields».

use std::collections::BTreeSet;

use serde_json::json;
use utoipa::{
    __dev::ComposeSchema,
    ToSchema,
    openapi::{
        KnownFormat, RefOr, Schema, SchemaFormat, Type,
        schema::{ArrayBuilder, ObjectBuilder},
    },
};

use super::{
    Input,
    kind::{Codes, Kind},
};
use crate::error::{Code, Kind as JsonKind};

/// The id of a related object, as sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pk {
    /// The raw value, for the error.
    shown: String,
    /// The id; `None` if it is larger than any id.
    id: Option<i64>,
}

impl Pk {
    /// Returns the id; `None` if it is larger than any id.
    pub fn id(&self) -> Option<i64> {
        self.id
    }

    /// Returns the error that no object has this id.
    pub fn unknown(&self) -> Code {
        Code::NoSuchPk(self.shown.clone())
    }

    /// Reads a whole number, or a text that is one except for white space around it, as Python does.
    fn of(input: &Input) -> Result<Self, JsonKind> {
        let (shown, kind) = match input {
            Input::Number(number) => (number, JsonKind::Integer),
            Input::Text(text) => (text, JsonKind::Text),
            // No object has the id `None`.
            Input::Null | Input::Absent => {
                return Ok(Self { shown: "None".to_owned(), id: None });
            }
            Input::BrokenText(_) | Input::Bool(_) | Input::List(_) | Input::Object => {
                return Err(input.kind().unwrap_or(JsonKind::Object));
            }
        };
        let number = shown.trim();
        let digits = number.strip_prefix(['-', '+']).unwrap_or(number);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(input.kind().unwrap_or(kind));
        }
        Ok(Self { shown: shown.clone(), id: number.parse().ok() })
    }
}

/// The ids of related objects, up to the first item that is not a number. A form gives a list of all values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pks {
    ids: Vec<Pk>,
    invalid: Option<JsonKind>,
}

impl Pks {
    fn of(items: &[Input]) -> Self {
        let mut ids = Vec::new();
        for item in items {
            match Pk::of(item) {
                Ok(pk) => ids.push(pk),
                Err(kind) => {
                    let invalid = Some(kind);
                    return Self { ids, invalid };
                }
            }
        }
        Self { ids, invalid: None }
    }

    /// Returns the ids, for looking up which of them exist.
    pub fn ids(&self) -> BTreeSet<i64> {
        self.ids.iter().filter_map(Pk::id).collect()
    }

    /// Returns the ids without duplicates if all of them are among `known`.
    ///
    /// # Errors
    /// The error of the first invalid item.
    pub fn all_of(&self, known: &BTreeSet<i64>) -> Result<BTreeSet<i64>, Code> {
        let is_known = |pk: &&Pk| pk.id.is_some_and(|id| known.contains(&id));
        match (self.ids.iter().find(|pk| !is_known(pk)), self.invalid) {
            (Some(unknown), _) => Err(unknown.unknown()),
            (None, Some(kind)) => Err(Code::NotAPk(kind)),
            (None, None) => Ok(self.ids()),
        }
    }
}

impl Kind for Pk {
    type Value = Self;

    fn parse(input: &Input) -> Result<Self, Codes> {
        match input {
            Input::Absent => Err(vec![Code::Required]),
            Input::Null => Err(vec![Code::Null]),
            Input::Text(text) if text.is_empty() => Err(vec![Code::Null]),
            input => Self::of(input).map_err(|kind| vec![Code::NotAPk(kind)]),
        }
    }
}

fn id_schema() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
}

impl ComposeSchema for Pk {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        id_schema().examples([json!(1)]).build().into()
    }
}

impl ToSchema for Pk {}

impl Kind for Pks {
    type Value = Self;

    const IS_LIST: bool = true;

    fn parse(input: &Input) -> Result<Self, Codes> {
        match input {
            Input::List(items) => Ok(Self::of(items)),
            input => Err(vec![input.kind().map_or(Code::Null, Code::NotAList)]),
        }
    }
}

impl ComposeSchema for Pks {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        ArrayBuilder::new().items(id_schema()).examples([json!([1, 2, 3])]).build().into()
    }
}

impl ToSchema for Pks {}

#[cfg(test)]
mod tests;
