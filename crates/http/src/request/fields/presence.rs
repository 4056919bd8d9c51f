//! The presence rules of fields, and their effect on the document.

use utoipa::openapi::{
    RefOr, Schema, Type,
    schema::{AnyOfBuilder, Object, ObjectBuilder, SchemaType},
};

/// The prefix of the names of components that [`complete`](super::complete) removes.
pub(super) const FIELD: &str = "~field";

/// The prefix of the name of the component of a [`Partial`](super::Partial).
pub(super) const PARTIAL: &str = "~partial";

/// The presence rules of fields.
pub mod rule {
    /// See [`Required`](super::super::Required).
    #[derive(Debug)]
    pub enum Required {}
    /// See [`Optional`](super::super::Optional).
    #[derive(Debug)]
    pub enum Optional {}
    /// See [`OptionalOrBlank`](super::super::OptionalOrBlank).
    #[derive(Debug)]
    pub enum OptionalOrBlank {}
    /// See [`Nullable`](super::super::Nullable).
    #[derive(Debug)]
    pub enum Nullable {}
    /// See [`NullableOrBlank`](super::super::NullableOrBlank).
    #[derive(Debug)]
    pub enum NullableOrBlank {}
    /// See [`Raw`](super::super::Raw).
    #[derive(Debug)]
    pub enum Raw {}
}

/// The effect of a field's rule on the document.
pub trait Presence {
    /// The prefix of the names of its components, unique among the rules.
    const MARK: &'static str;

    /// Adapts the schema of a kind to the rule.
    fn schema(kind: RefOr<Schema>) -> RefOr<Schema> {
        kind
    }
}

impl Presence for rule::Required {
    const MARK: &'static str = "~field-required";
}

impl Presence for rule::Raw {
    const MARK: &'static str = "~field-raw";
}

impl Presence for rule::Optional {
    const MARK: &'static str = "~field-optional";
}

impl Presence for rule::OptionalOrBlank {
    const MARK: &'static str = "~field-optional-or-blank";

    fn schema(kind: RefOr<Schema>) -> RefOr<Schema> {
        match kind {
            RefOr::T(Schema::Object(text)) => RefOr::T(or_blank(text)),
            other => other,
        }
    }
}

impl Presence for rule::Nullable {
    const MARK: &'static str = "~field-nullable";

    fn schema(kind: RefOr<Schema>) -> RefOr<Schema> {
        or_null(kind)
    }
}

impl Presence for rule::NullableOrBlank {
    const MARK: &'static str = "~field-nullable-or-blank";

    fn schema(kind: RefOr<Schema>) -> RefOr<Schema> {
        or_null(rule::OptionalOrBlank::schema(kind))
    }
}

/// A text without a minimum. One that must match a format or pattern is described as either that or empty.
fn or_blank(mut text: Object) -> Schema {
    text.min_length = None;
    if text.format.is_none() && text.pattern.is_none() {
        return Schema::Object(text);
    }
    let examples = std::mem::take(&mut text.examples);
    let empty = ObjectBuilder::new().schema_type(Type::String);
    Schema::AnyOf(
        AnyOfBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .item(text)
            .item(empty.max_length(Some(0)))
            .examples(examples)
            .build(),
    )
}

fn or_null(kind: RefOr<Schema>) -> RefOr<Schema> {
    match kind {
        RefOr::T(Schema::Object(mut object)) => {
            object.schema_type = nullable(object.schema_type);
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::AnyOf(mut any)) => {
            any.schema_type = nullable(any.schema_type);
            let null = ObjectBuilder::new().schema_type(Type::Null);
            any.items.push(null.into());
            RefOr::T(Schema::AnyOf(any))
        }
        other => other,
    }
}

fn nullable(schema_type: SchemaType) -> SchemaType {
    match schema_type {
        SchemaType::Type(only) => SchemaType::from_iter([only, Type::Null]),
        other => other,
    }
}
