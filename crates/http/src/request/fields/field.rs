//! A field: its name, its raw value, its presence rule and its kind.

use std::{borrow::Cow, fmt, marker::PhantomData};

use loggia_kernel::Change;
use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};
use utoipa::{
    __dev::ComposeSchema,
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    Input,
    deserializer::{FIELD, LIST, PARTIAL},
    kind::Kind,
    presence::{self, Presence, rule},
};
use crate::error::{Code, FieldErrors};

/// A field that must be present.
pub type Required<K> = Field<rule::Required, K>;
/// A field that may be absent.
pub type Optional<K> = Field<rule::Optional, K>;
/// A field that may be absent or blank, where blank means empty.
pub type OptionalOrBlank<K> = Field<rule::OptionalOrBlank, K>;
/// A field that may be absent or null, where null means empty.
pub type Nullable<K> = Field<rule::Nullable, K>;
/// A field that may be absent, null or blank, where null and blank mean empty.
pub type NullableOrBlank<K> = Field<rule::NullableOrBlank, K>;
/// A field that the document lists as required and that its surface judges by itself: see [`Field::input`]. Its kind
/// only supplies the schema.
pub type Raw<K> = Field<rule::Raw, K>;

/// A field of a request, named by the struct that declares it.
///
/// Use it by its aliases: [`Required`], [`Optional`], [`OptionalOrBlank`], [`Nullable`], [`NullableOrBlank`], [`Raw`].
pub struct Field<R, K> {
    name: String,
    is_partial: bool,
    input: Input,
    kind: PhantomData<fn() -> (R, K)>,
}

impl<R, K> Field<R, K> {
    /// Returns the name of this field in errors.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the raw value.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// Reports an error of this field that only its handler can detect.
    pub fn add(&self, errors: &mut FieldErrors, code: Code) {
        errors.add(&self.name, code);
    }

    /// Reports several errors of this field.
    pub fn extend(&self, errors: &mut FieldErrors, codes: impl IntoIterator<Item = Code>) {
        errors.extend(&self.name, codes);
    }
}

impl<R, K: Kind> Field<R, K> {
    fn parse(&self, errors: &mut FieldErrors) -> Option<K::Value> {
        match K::parse(&self.input) {
            Ok(value) => Some(value),
            Err(codes) => {
                self.extend(errors, codes);
                None
            }
        }
    }

    fn present(&self, errors: &mut FieldErrors) -> Option<K::Value> {
        match self.input {
            Input::Absent => None,
            _ => self.parse(errors),
        }
    }

    fn converted<T>(&self, errors: &mut FieldErrors, converted: Result<T, Code>) -> Option<T> {
        match converted {
            Ok(value) => Some(value),
            Err(code) => {
                self.add(errors, code);
                None
            }
        }
    }

    fn change(&self, errors: &mut FieldErrors, is_empty: bool) -> Change<K::Value> {
        if is_empty {
            return Change::Clear;
        }
        self.present(errors).map_or(Change::Keep, Change::Set)
    }
}

impl<K: Kind> Required<K> {
    /// Reads the value. Reports its errors, absence among them unless the body is [`Partial`].
    pub fn read(&self, errors: &mut FieldErrors) -> Option<K::Value> {
        if self.input == Input::Absent && !self.is_partial {
            self.add(errors, Code::Required);
        }
        self.present(errors)
    }

    /// As [`Required::read`], and converts the value. The error of the conversion is one of this field.
    pub fn read_as<T>(
        &self,
        errors: &mut FieldErrors,
        convert: impl FnOnce(K::Value) -> Result<T, Code>,
    ) -> Option<T> {
        let value = self.read(errors)?;
        self.converted(errors, convert(value))
    }

    /// Reads the value of the only field of a request.
    ///
    /// # Errors
    /// Those of the field, absence among them.
    pub fn read_alone(&self) -> Result<K::Value, FieldErrors> {
        let mut errors = FieldErrors::default();
        if let Some(value) = self.read(&mut errors) {
            return Ok(value);
        }
        if errors.is_empty() {
            self.add(&mut errors, Code::Required);
        }
        Err(errors)
    }
}

impl<K: Kind> Optional<K> {
    /// Reads the value and reports its errors.
    pub fn read(&self, errors: &mut FieldErrors) -> Option<K::Value> {
        self.present(errors)
    }
}

impl<K: Kind> OptionalOrBlank<K> {
    /// Reads the change that absence, blank or a value stand for, and reports errors.
    pub fn read(&self, errors: &mut FieldErrors) -> Change<K::Value> {
        let is_blank = matches!(&self.input, Input::Text(text) if text.trim().is_empty());
        self.change(errors, is_blank)
    }

    /// Reads the value, which is the default one where the field is blank, and reports its errors.
    pub fn read_or_empty(&self, errors: &mut FieldErrors) -> Option<K::Value>
    where
        K::Value: Default,
    {
        or_empty(self.read(errors))
    }
}

impl<K: Kind> Nullable<K> {
    /// Reads the change that absence, null or a value stand for, and reports errors.
    pub fn read(&self, errors: &mut FieldErrors) -> Change<K::Value> {
        self.change(errors, self.input == Input::Null)
    }

    /// Reads the value, which is the default one where the field is null, and reports its errors.
    pub fn read_or_empty(&self, errors: &mut FieldErrors) -> Option<K::Value>
    where
        K::Value: Default,
    {
        or_empty(self.read(errors))
    }
}

impl<K: Kind<Value = String>> NullableOrBlank<K> {
    /// Reads the change that absence, null, blank or a value stand for, and reports errors, those of a blank text
    /// included.
    pub fn read(&self, errors: &mut FieldErrors) -> Change<String> {
        match self.change(errors, self.input == Input::Null) {
            Change::Set(text) if text.trim().is_empty() => Change::Clear,
            change => change,
        }
    }

    /// Reads the text; `None` if it is absent, null or blank.
    pub fn read_text(&self, errors: &mut FieldErrors) -> Option<String> {
        self.read(errors).into_column().flatten()
    }

    /// As [`NullableOrBlank::read_text`], and converts the text. The error of the conversion is one of this field.
    pub fn read_as<T>(
        &self,
        errors: &mut FieldErrors,
        convert: impl FnOnce(String) -> Result<T, Code>,
    ) -> Option<T> {
        let text = self.read_text(errors)?;
        self.converted(errors, convert(text))
    }
}

fn or_empty<T: Default>(change: Change<T>) -> Option<T> {
    match change {
        Change::Keep => None,
        Change::Clear => Some(T::default()),
        Change::Set(value) => Some(value),
    }
}

/// Shows the name only, because the value may be a password.
impl<R, K> fmt::Debug for Field<R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "field {:?}", self.name)
    }
}

impl<'de, R, K: Kind> Deserialize<'de> for Field<R, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let protocol = if K::IS_LIST { LIST } else { FIELD };
        deserializer.deserialize_tuple_struct(protocol, 3, FieldVisitor(PhantomData))
    }
}

struct FieldVisitor<R, K>(PhantomData<fn() -> (R, K)>);

impl<'de, R, K> Visitor<'de> for FieldVisitor<R, K> {
    type Value = Field<R, K>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a field of `Fields`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
        let name = parts.next_element()?;
        let is_partial = parts.next_element()?;
        let input = parts.next_element()?;
        let (Some(name), Some(is_partial), Some(input)) = (name, is_partial, input) else {
            return Err(A::Error::custom("a field has a name and a value"));
        };
        Ok(Field { name, is_partial, input, kind: PhantomData })
    }
}

impl<R: Presence, K: Kind> ComposeSchema for Field<R, K> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        R::schema(K::schema())
    }
}

impl<R: Presence, K: Kind> ToSchema for Field<R, K> {
    /// Includes the kind, although utoipa appends it to the name of a generic type, because a field's type may be an
    /// alias.
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{}.{}", R::MARK, K::name()))
    }
}

/// A body whose required fields may be absent: what PATCH takes where PUT takes `T`. Source: Django REST framework
/// 3.18, `Serializer(partial=True)`.
#[derive(Debug)]
pub struct Partial<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Partial<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(PARTIAL, PartialVisitor(PhantomData))
    }
}

struct PartialVisitor<T>(PhantomData<fn() -> T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PartialVisitor<T> {
    type Value = Partial<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a struct of fields")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        T::deserialize(deserializer).map(Partial)
    }
}

impl<T: ComposeSchema + ToSchema> ComposeSchema for Partial<T> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        T::schema()
    }
}

impl<T: ComposeSchema + ToSchema> ToSchema for Partial<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(presence::PARTIAL)
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}
