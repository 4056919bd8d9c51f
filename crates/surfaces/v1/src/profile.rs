//! `/api/v1/users/me`: the caller's profile.
//!
//! Source: docs/contract/v1.md «Profile».

use std::collections::BTreeMap;

use actix_web::{get, patch, web::Data};
use loggia_identity::{Account, AccountPatch, Organization};
use loggia_kernel::Email;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{moment, read, refused};
use crate::{Tenant, V1State};
use loggia_http::{
    dialect::Ninja,
    error::FieldErrors,
    request::{Body, Input, strict},
    response::{Reply, Response},
};

/// Returns the caller's profile.
#[utoipa::path(
    tag = "users",
    operation_id = "v1_users_me",
    responses((status = 200, body = ProfileOut, description = "The profile.")),
    security(("bearer" = [])),
)]
#[get("/api/v1/users/me")]
pub(super) async fn retrieve(tenant: Tenant) -> Response<Ninja> {
    let own = tenant.personal()?;
    Ok(Reply::ok(&ProfileOut::of(&tenant.caller.account, own)))
}

/// Changes the caller's profile.
///
/// Absent fields keep their value. The email address and the username have their own operations.
#[utoipa::path(
    tag = "users",
    operation_id = "v1_users_me_update",
    request_body = ProfileUpdate,
    responses((status = 200, body = ProfileOut, description = "The updated profile.")),
    security(("bearer" = [])),
)]
#[patch("/api/v1/users/me")]
pub(super) async fn update(
    tenant: Tenant,
    state: Data<V1State>,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let own = tenant.personal()?;
    let (sent, unknown) = read::known_fields::<ProfileUpdate>(body).await?;
    let patch = sent.check(&unknown)?;
    let id = tenant.caller.account.id;
    let account = state.accounts.update(&mut state.work(), id, patch).await;
    let account = account.map_err(refused)?;
    Ok(Reply::ok(&ProfileOut::of(&account, own)))
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProfileUpdate {
    #[serde(default)]
    #[schema(value_type = String, max_length = 50, example = "Jane")]
    first_name: Input,
    #[serde(default)]
    #[schema(value_type = String, max_length = 50, example = "Doe")]
    last_name: Input,
    /// Null for an empty text.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 100, example = "Lisbon")]
    location: Input,
    /// Null for an empty text.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Gardener.")]
    about: Input,
}

impl ProfileUpdate {
    /// Validates the fields. Source of the limits: docs/contract/v1.md «Limits».
    fn check(&self, unknown: &FieldErrors) -> Result<AccountPatch, FieldErrors> {
        let mut faults = FieldErrors::default();
        let patch = AccountPatch {
            first_name: strict::bounded(&mut faults, "first_name", &self.first_name, 50),
            last_name: strict::bounded(&mut faults, "last_name", &self.last_name, 50),
            location: match self.location {
                Input::Null => Some(String::new()),
                _ => strict::bounded(&mut faults, "location", &self.location, 100),
            },
            about: match self.about {
                Input::Null => Some(String::new()),
                _ => strict::optional(&mut faults, "about", &self.about),
            },
            ..AccountPatch::default()
        };
        for (key, codes) in unknown.iter() {
            faults.extend(key, codes.iter().cloned());
        }
        faults.or(patch)
    }
}

/// The profile of an account, as its owner sees it.
#[derive(Serialize, ToSchema)]
struct ProfileOut<'a> {
    /// Null if the account has no email address.
    #[schema(required, example = "jane.doe@ex.com")]
    email: Option<&'a str>,
    #[schema(example = "Jane")]
    first_name: &'a str,
    #[schema(example = "Doe")]
    last_name: &'a str,
    #[schema(example = "jane.doe")]
    username: &'a str,
    /// The account's name in paths.
    #[schema(example = "janedoe")]
    slug: &'a str,
    /// The slug of the account's personal organization.
    #[schema(example = "janedoe")]
    org_slug: &'a str,
    #[schema(example = "jane.doe")]
    org_name: &'a str,
    #[schema(example = "Lisbon")]
    location: &'a str,
    #[schema(example = "Gardener.")]
    about: &'a str,
    /// Always null: accounts have no pictures yet.
    #[schema(required, example = "avatar-me-20261121T000014-feMgml.webp")]
    avatar_path: Option<&'a str>,
    /// Always empty: there are no preferences yet.
    #[schema(example = json!({}))]
    notification_preferences: BTreeMap<String, bool>,
    /// UTC, with microseconds.
    #[schema(format = DateTime, example = "2026-11-20T23:57:20.783093+00:00")]
    created_at: String,
}

impl<'a> ProfileOut<'a> {
    fn of(account: &'a Account, own: &'a Organization) -> Self {
        Self {
            email: account.email.as_ref().map(Email::as_str),
            first_name: &account.first_name,
            last_name: &account.last_name,
            username: account.username.as_str(),
            slug: account.slug.as_str(),
            org_slug: own.slug.as_str(),
            org_name: &own.name,
            location: &account.location,
            about: &account.about,
            avatar_path: account.avatar_path.as_deref(),
            notification_preferences: BTreeMap::new(),
            created_at: moment(account.created_at),
        }
    }
}
