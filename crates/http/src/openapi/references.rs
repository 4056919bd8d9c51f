//! References in place of repeated schemas.

use utoipa::openapi::{
    Components, RefOr,
    schema::{ArrayItems, Ref, Schema},
};

/// Replaces the items of lists by references to the components that they repeat: utoipa copies the arguments of a generic
/// type, as those of a page, into its schema.
pub(super) fn share(components: &mut Components) {
    let named = components.schemas.clone();
    for component in components.schemas.values_mut() {
        let RefOr::T(Schema::Object(object)) = component else {
            continue;
        };
        for property in object.properties.values_mut() {
            let RefOr::T(Schema::Array(array)) = property else {
                continue;
            };
            let ArrayItems::RefOrSchema(items) = &mut array.items else {
                continue;
            };
            if !matches!(**items, RefOr::T(Schema::Object(_))) {
                continue;
            }
            if let Some((name, _)) = named.iter().find(|(_, schema)| **schema == **items) {
                **items = RefOr::Ref(Ref::from_schema_name(name));
            }
        }
    }
}
