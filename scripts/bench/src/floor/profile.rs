//! The caller's own profile.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use serde::Serialize;

use super::{
    Shared,
    member::{Member, Organization},
    written,
};

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct Profile<'a> {
    email: Option<&'a str>,
    first_name: &'a str,
    last_name: &'a str,
    username: &'a str,
    slug: &'a str,
    location: &'a str,
    about: &'a str,
    avatar_path: Option<&'a str>,
    notification_preferences: Empty,
    org_slug: Option<&'a str>,
    org_name: Option<&'a str>,
    created_at: String,
}

pub(super) async fn answer(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    match super::member(&request, &shared).await {
        Ok(member) => profile(&member),
        Err(refusal) => refusal,
    }
}

fn profile(
    Member {
        account,
        organizations,
        ..
    }: &Member,
) -> HttpResponse {
    let is_own = |organization: &&Organization| organization.kind == "personal";
    let own = organizations.iter().find(is_own);
    HttpResponse::Ok().json(Profile {
        email: account.email.as_deref(),
        first_name: &account.first_name,
        last_name: &account.last_name,
        username: &account.username,
        slug: &account.slug,
        location: &account.location,
        about: &account.about,
        avatar_path: account.avatar_path.as_deref(),
        notification_preferences: Empty {},
        org_slug: own.map(|organization| organization.slug.as_str()),
        org_name: own.map(|organization| organization.name.as_str()),
        created_at: written(account.created_at),
    })
}
