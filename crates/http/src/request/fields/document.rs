//! The OpenAPI description of fields, and the step that completes a document with it.
//!
//! utoipa's derive turns each [`Field`](super::Field) into a reference to a component and lists it as required.
//! [`complete`] puts the component's schema in place of the reference, with the description and example that the struct
//! gives, and corrects the list.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{
        Components, OpenApi, Ref, RefOr, Required, Schema, Type,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
        schema::{Object, SchemaType},
    },
};

use super::presence::{FIELD, PARTIAL, Presence, rule};

const COMPONENTS: &str = "#/components/schemas/";

/// The marks of fields that are listed as required.
const REQUIRED: [&str; 2] = [rule::Required::MARK, rule::Raw::MARK];

/// Completes a document whose bodies and parameters are described by structs of fields.
pub fn complete(api: &mut OpenApi) {
    let components = api.components.get_or_insert_default();
    let fields = take_fields(components);
    for component in components.schemas.values_mut() {
        if let RefOr::T(Schema::Object(object)) = component {
            complete_object(object, &fields);
        }
    }
    name_partial_bodies(components);
    for item in api.paths.paths.values_mut() {
        for operation in operations(item) {
            name_partial_body(operation);
        }
    }
}

type Fields = BTreeMap<String, Schema>;

/// Removes the components that stand for fields.
fn take_fields(components: &mut Components) -> Fields {
    let (fields, rest): (BTreeMap<_, _>, _) = std::mem::take(&mut components.schemas)
        .into_iter()
        .partition(|(name, _)| name.starts_with(FIELD));
    components.schemas = rest;
    schemas(fields)
}

fn schemas(components: impl IntoIterator<Item = (String, RefOr<Schema>)>) -> Fields {
    components
        .into_iter()
        .filter_map(|(name, schema)| match schema {
            RefOr::T(schema) => Some((name, schema)),
            RefOr::Ref(_) => None,
        })
        .collect()
}

/// Describes a struct of fields as query parameters.
pub(super) fn parameters<T: ToSchema>() -> Vec<Parameter> {
    let mut components = Vec::new();
    T::schemas(&mut components);
    let fields = schemas(components);
    let RefOr::T(Schema::Object(mut object)) = T::schema() else {
        return Vec::new();
    };
    complete_object(&mut object, &fields);
    let required = object.required;
    let parameters = object.properties.into_iter().map(|(name, mut schema)| {
        let is_required = required.contains(&name);
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Query)
            .required(if is_required { Required::True } else { Required::False })
            .description(take_description(&mut schema))
            .schema(Some(schema))
            .build()
    });
    parameters.collect()
}

fn take_description(schema: &mut RefOr<Schema>) -> Option<String> {
    match schema {
        RefOr::T(Schema::Object(object)) => object.description.take(),
        RefOr::T(Schema::AnyOf(any)) => any.description.take(),
        _ => None,
    }
}

fn complete_object(object: &mut Object, fields: &Fields) {
    let required = &mut object.required;
    for (name, property) in &mut object.properties {
        if let Some(is_required) = complete_schema(property, fields)
            && !is_required
        {
            required.retain(|other| other != name);
        }
    }
}

/// Puts a field's schema in place of the reference to it. Returns whether the field is required; `None` if it is not a
/// field.
fn complete_schema(schema: &mut RefOr<Schema>, fields: &Fields) -> Option<bool> {
    let RefOr::Ref(reference) = schema else {
        return None;
    };
    let name = reference.ref_location.strip_prefix(COMPONENTS)?;
    let field = fields.get(name)?.clone();
    let mark = name.split('.').next().unwrap_or_default();
    let is_required = REQUIRED.contains(&mark);
    *schema = RefOr::T(described(field, reference));
    Some(is_required)
}

/// Returns the schema of a field with the description and example from its struct.
fn described(mut schema: Schema, said: &Ref) -> Schema {
    let (text, example) = split_example(&said.description);
    let example = example.map(|example| match is_text(&schema) {
        true => Value::from(example),
        false => serde_json::from_str(example).unwrap_or_else(|_| example.into()),
    });
    let (description, examples, default) = match &mut schema {
        Schema::Object(of) => (&mut of.description, &mut of.examples, &mut of.default),
        Schema::Array(of) => (&mut of.description, &mut of.examples, &mut of.default),
        Schema::AnyOf(of) => (&mut of.description, &mut of.examples, &mut of.default),
        Schema::OneOf(of) => (&mut of.description, &mut of.examples, &mut of.default),
        _ => return schema,
    };
    if !text.is_empty() {
        *description = Some(text.to_owned());
    }
    if let Some(example) = example {
        *examples = vec![example];
    }
    if said.default.is_some() {
        default.clone_from(&said.default);
    }
    schema
}

fn is_text(schema: &Schema) -> bool {
    let schema_type = match schema {
        Schema::Object(object) => &object.schema_type,
        Schema::AnyOf(any) => &any.schema_type,
        _ => return false,
    };
    match schema_type {
        SchemaType::Type(only) => *only == Type::String,
        SchemaType::Array(several) => several.contains(&Type::String),
        SchemaType::AnyValue => false,
    }
}

/// Splits a description that ends with ``Example: `...`.``, with or without the full stop.
fn split_example(description: &str) -> (&str, Option<&str>) {
    let Some((text, example)) = description.rsplit_once("Example: `") else {
        return (description, None);
    };
    match example.trim_end_matches('.').strip_suffix('`') {
        Some(example) => (text.trim_end(), Some(example)),
        None => (description, None),
    }
}

/// Clears the lists of required fields of partial bodies, and names the bodies.
fn name_partial_bodies(components: &mut Components) {
    let (partial, rest): (BTreeMap<_, _>, _) = std::mem::take(&mut components.schemas)
        .into_iter()
        .partition(|(name, _)| name.starts_with(PARTIAL));
    components.schemas = rest;
    for (name, mut schema) in partial {
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.required.clear();
        }
        components.schemas.insert(partial_name(&name), schema);
    }
}

/// Returns the name of a partial body: `RoleUpdate` for `RoleCreate`, `RoleReplace` and `RoleInput`.
fn partial_name(component: &str) -> String {
    let whole = component.trim_start_matches(PARTIAL).trim_start_matches('_');
    let mut verbs = ["Create", "Replace", "Input"].into_iter();
    let object = verbs.find_map(|verb| whole.strip_suffix(verb));
    format!("{}Update", object.unwrap_or(whole))
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete]
        .into_iter()
        .flatten()
}

fn name_partial_body(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    for content in body.content.values_mut() {
        if let RefOr::T(content) = content
            && let Some(RefOr::Ref(reference)) = &mut content.schema
            && let Some(name) = reference.ref_location.strip_prefix(COMPONENTS)
            && name.starts_with(PARTIAL)
        {
            *reference = Ref::from_schema_name(partial_name(name));
        }
    }
}

#[cfg(test)]
mod tests;
