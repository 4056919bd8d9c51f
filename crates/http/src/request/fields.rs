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
mod presence;
mod query;
pub mod strict;
mod values;

use super::Input;

pub use self::{
    document::complete,
    field::{Field, Nullable, NullableOrBlank, Optional, OptionalOrBlank, Partial, Raw, Required},
    kind::{
        Boolean, Choice, Codes, Email, EmailText, Kind, Password, Slug, Text, Username, text,
        text_schema,
    },
    pk::{Pk, Pks},
    presence::{Presence, rule},
    query::QueryFields,
    values::Fields,
};

#[cfg(test)]
mod tests;
