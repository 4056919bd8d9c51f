//! A serde deserializer that gives each declared field of a struct its name and its value, or [`Input::Absent`].
//!
//! The standard derive calls `deserialize_struct` with all declared names, renamed. Each field then identifies itself
//! by one of the names below, as `serde_spanned` does; an [`Input`] passes through serde's data model as
//! [`InputDeserializer`] describes.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, Error as _, IntoDeserializer, MapAccess, SeqAccess,
        Visitor,
        value::{BorrowedStrDeserializer, Error, SeqDeserializer},
    },
    forward_to_deserialize_any,
};

use super::{Input, values::Fields};
use crate::error::Problem;

/// Requests `(name, is_partial, input)`.
pub(super) const FIELD: &str = "$loggia::field";
/// As [`FIELD`], for a list.
pub(super) const LIST: &str = "$loggia::list";
/// Requests all fields of a struct, none of which is required.
pub(super) const PARTIAL: &str = "$loggia::partial";
/// Requests an [`Input`].
const INPUT: &str = "$loggia::input";

impl Fields {
    /// Fills a struct of [`Field`](super::Field)s and returns the names that it does not declare, sorted.
    ///
    /// # Errors
    /// [`Problem::Internal`] if `T` is not a struct of fields.
    pub fn read<T: DeserializeOwned>(mut self) -> Result<(T, Vec<String>), Problem> {
        let read = T::deserialize(FieldsDeserializer { fields: &mut self, is_partial: false });
        let read = read.map_err(|error| Problem::Internal(error.into()))?;
        Ok((read, self.into_names()))
    }
}

/// Deserializes a struct of fields.
struct FieldsDeserializer<'a> {
    fields: &'a mut Fields,
    is_partial: bool,
}

impl<'de> Deserializer<'de> for FieldsDeserializer<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Declared { names: names.iter(), name: "", fields: self })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let is_partial = self.is_partial || name == PARTIAL;
        visitor.visit_newtype_struct(Self { is_partial, ..self })
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("fields are read into a struct"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The declared fields with their values.
struct Declared<'a> {
    names: std::slice::Iter<'static, &'static str>,
    name: &'static str,
    fields: FieldsDeserializer<'a>,
}

impl<'de> MapAccess<'de> for Declared<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.names.next() else {
            return Ok(None);
        };
        self.name = name;
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Value {
            name: self.name,
            is_partial: self.fields.is_partial,
            fields: self.fields.fields,
        })
    }
}

/// Deserializes one field.
struct Value<'a> {
    name: &'static str,
    is_partial: bool,
    fields: &'a mut Fields,
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Error;

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        protocol: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(Parts {
            place: Some(format!("{}{}", self.fields.place, self.name)),
            is_partial: Some(self.is_partial),
            input: Some(self.fields.take(self.name, protocol == LIST)),
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        InputDeserializer(self.fields.take(self.name, false)).deserialize_any(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("a field is read as a `Field` or an `Input`"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple map struct enum identifier ignored_any
    }
}

/// The parts of a field, in the order in which it requests them.
struct Parts {
    place: Option<String>,
    is_partial: Option<bool>,
    input: Option<Input>,
}

impl<'de> SeqAccess<'de> for Parts {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if let Some(place) = self.place.take() {
            return seed.deserialize(place.into_deserializer()).map(Some);
        }
        if let Some(is_partial) = self.is_partial.take() {
            return seed.deserialize(is_partial.into_deserializer()).map(Some);
        }
        let input = self.input.take().map(InputDeserializer);
        input.map(|input| seed.deserialize(input)).transpose()
    }
}

/// Hands an [`Input`] through serde: absent as none, null as unit, a broken text as its `u16`, a number as its bytes,
/// an object as an empty map, and the rest as what it is.
pub struct InputDeserializer(Input);

impl<'de> Deserializer<'de> for InputDeserializer {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Input::Absent => visitor.visit_none(),
            Input::Null => visitor.visit_unit(),
            Input::Text(text) => visitor.visit_string(text),
            Input::BrokenText(half) => visitor.visit_u16(half),
            Input::Number(number) => visitor.visit_byte_buf(number.into_bytes()),
            Input::Bool(value) => visitor.visit_bool(value),
            Input::List(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Input::Object => visitor.visit_map(NoMembers),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl IntoDeserializer<'_, Error> for Input {
    type Deserializer = InputDeserializer;

    fn into_deserializer(self) -> InputDeserializer {
        InputDeserializer(self)
    }
}

struct NoMembers;

impl<'de> MapAccess<'de> for NoMembers {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, _: K) -> Result<Option<K::Value>, Error> {
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("an object's members are not read"))
    }
}

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(INPUT, InputVisitor)
    }
}

struct InputVisitor;

impl<'de> Visitor<'de> for InputVisitor {
    type Value = Input;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value of a request's fields")
    }

    fn visit_none<E>(self) -> Result<Input, E> {
        Ok(Input::Absent)
    }

    fn visit_unit<E>(self) -> Result<Input, E> {
        Ok(Input::Null)
    }

    fn visit_str<E>(self, text: &str) -> Result<Input, E> {
        Ok(Input::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Input, E> {
        Ok(Input::Text(text))
    }

    fn visit_u64<E: serde::de::Error>(self, half: u64) -> Result<Input, E> {
        let half = u16::try_from(half).map_err(E::custom)?;
        Ok(Input::BrokenText(half))
    }

    fn visit_byte_buf<E: serde::de::Error>(self, number: Vec<u8>) -> Result<Input, E> {
        String::from_utf8(number).map(Input::Number).map_err(E::custom)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Input, E> {
        Ok(Input::Bool(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Input, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Input::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Input, A::Error> {
        Ok(Input::Object)
    }
}
