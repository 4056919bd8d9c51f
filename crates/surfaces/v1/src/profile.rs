//! `/api/v1/users/me`: the caller's profile.
//!
//! Source: docs/contract/v1.md «Profile».

use std::collections::BTreeMap;

use loggia_identity::{Account, AccountPatch, Organization};
use loggia_kernel::Email;

use crate::prelude::*;
use loggia_http::request::fields::strict::Text;

/// Returns the caller's profile.
#[utoipa::path(get, path = "/api/v1/users/me", tag = "users", responses((status = 200, body = ProfileOut)))]
pub(super) async fn retrieve_me(tenant: Guard<Member>) -> Response {
    let own = tenant.personal()?;
    Ok(Reply::ok(&ProfileOut::of(&tenant.caller.account, own)))
}

/// Changes the caller's profile.
///
/// Absent fields keep their value. The email address and the username have their own operations.
#[utoipa::path(
    patch, path = "/api/v1/users/me", tag = "users", request_body = ProfileUpdate,
    responses((status = 200, body = ProfileOut)),
)]
pub(super) async fn update_me(tenant: Guard<Member>, state: State, body: Body) -> Response {
    let own = tenant.personal()?;
    let (sent, unknown) = body.read_strict::<ProfileUpdate>().await?;
    let patch = sent.check(&unknown)?;
    let work = &mut state.work();
    let account = state.accounts.update(work, tenant.caller.account.id, patch).await;
    let account = account.map_err(errors::problem)?;
    Ok(Reply::ok(&ProfileOut::of(&account, own)))
}

// Source of the limits: docs/contract/v1.md «Limits».
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProfileUpdate {
    /// Example: `Jane`
    first_name: Optional<Text<50>>,
    /// Example: `Doe`
    last_name: Optional<Text<50>>,
    /// Null for an empty text. Example: `Lisbon`
    location: Nullable<Text<100>>,
    /// Null for an empty text. Example: `Gardener.`
    about: Nullable<Text>,
}

impl ProfileUpdate {
    fn check(&self, unknown: &FieldErrors) -> Result<AccountPatch, FieldErrors> {
        let mut errors = FieldErrors::default();
        let patch = AccountPatch {
            first_name: self.first_name.read(&mut errors),
            last_name: self.last_name.read(&mut errors),
            location: self.location.read_or_empty(&mut errors),
            about: self.about.read_or_empty(&mut errors),
            ..AccountPatch::default()
        };
        for (key, codes) in unknown.iter() {
            errors.extend(key, codes.iter().cloned());
        }
        errors.or(patch)
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
