//! A text from a closed set.

use utoipa::openapi::{RefOr, Schema};

use super::{Codes, Input, Kind, text_schema};
use crate::error::Code;

/// A kind of field that admits a closed set of texts. [`choices!`](crate::choices) declares one.
pub trait Choices: Kind {
    /// The texts, in the order in which errors list them.
    const TEXTS: &'static [&'static str];

    /// Returns the value of a text. The comparison is case-sensitive.
    fn value(text: &str) -> Option<Self::Value>;

    /// Reads one of the texts.
    ///
    /// # Errors
    /// [`Code::NotOneOf`].
    fn read(input: &Input) -> Result<Self::Value, Codes> {
        let value = match input {
            Input::Text(text) => Self::value(text),
            _ => None,
        };
        value.ok_or_else(|| vec![Code::NotOneOf(Self::TEXTS)])
    }

    /// Returns the schema.
    fn enumeration() -> RefOr<Schema> {
        let example = Self::TEXTS.first().copied().unwrap_or_default();
        let schema = text_schema(example).enum_values(Some(Self::TEXTS.iter().copied()));
        schema.build().into()
    }
}

/// Declares a kind of field that admits a closed set of texts:
/// `choices! { SortOrder: SortDirection { "asc" => SortDirection::Ascending } }`. The kind is also the schema of such texts
/// in responses: `#[schema(value_type = SortOrder)]`.
#[macro_export]
macro_rules! choices {
    ($(#[$attribute:meta])* $visibility:vis $name:ident: $value:ty { $($text:literal => $choice:expr),+ $(,)? }) => {
        $(#[$attribute])*
        $visibility enum $name {}

        impl $crate::request::fields::strict::Choices for $name {
            const TEXTS: &'static [&'static str] = &[$($text),+];

            fn value(text: &str) -> Option<$value> {
                match text {
                    $($text => Some($choice),)+
                    _ => None,
                }
            }
        }

        impl $crate::request::fields::Kind for $name {
            type Value = $value;

            fn parse(input: &$crate::request::Input) -> Result<$value, $crate::request::fields::Codes> {
                <Self as $crate::request::fields::strict::Choices>::read(input)
            }
        }

        impl utoipa::__dev::ComposeSchema for $name {
            fn compose(
                _: Vec<utoipa::openapi::RefOr<utoipa::openapi::Schema>>,
            ) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                <Self as $crate::request::fields::strict::Choices>::enumeration()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
