//! Parameters of paths. An argument `Path<...>` of a handler reads a part of the path and documents it.

use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
pub(crate) struct OrgPath {
    /// The organization's slug.
    #[param(example = "acme")]
    pub(crate) org_slug: String,
}

#[derive(Deserialize, IntoParams)]
pub(crate) struct MemberPath {
    /// The slug of the member's account.
    #[param(example = "janedoe")]
    pub(crate) user_slug: String,
}

#[derive(Deserialize, IntoParams)]
pub(crate) struct ContactPath {
    /// The contact's slug.
    #[param(example = "jane-roe")]
    pub(crate) slug: String,
}

#[derive(Deserialize, IntoParams)]
pub(crate) struct TagPath {
    /// The tag's slug.
    #[param(example = "news-letter")]
    pub(crate) slug: String,
}

#[derive(Deserialize, IntoParams)]
pub(crate) struct TagIdPath {
    /// The tag's id.
    #[param(value_type = i64, example = 1)]
    pub(crate) tag_id: String,
}

/// An object that can have tags.
#[derive(Deserialize, IntoParams)]
pub(crate) struct ObjectPath {
    /// `contacts` or `organizations`.
    #[param(example = "contacts")]
    pub(crate) app_label: String,
    /// `contact` or `organization`.
    #[param(example = "contact")]
    pub(crate) model: String,
    /// The object's slug.
    #[param(example = "jane-roe")]
    pub(crate) obj_id: String,
}
