//! The caller's own profile: read and changed.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json},
};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use loggia_kernel::{Clock, SystemClock};
use serde::{Deserialize, Serialize};

use super::{
    database::query,
    member::{Account, Member, Organization},
    schema::accounts,
    shared::Shared,
    timestamp::written,
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

pub(super) async fn retrieve(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    match shared.member(&request).await {
        Ok(member) => profile(&member),
        Err(refusal) => refusal,
    }
}

/// The fields of a profile that the measurement changes.
#[derive(Deserialize)]
pub(super) struct Changes {
    about: String,
    location: String,
}

/// Changes the profile with one statement.
pub(super) async fn update(
    request: HttpRequest,
    shared: Data<Shared>,
    changes: Json<Changes>,
) -> HttpResponse {
    let member = match shared.member(&request).await {
        Ok(member) => member,
        Err(refusal) => return refusal,
    };
    match change(&shared, &member, &changes).await {
        Ok(account) => profile(&Member { account, ..member }),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

async fn change(shared: &Shared, member: &Member, changes: &Changes) -> anyhow::Result<Account> {
    let row = (
        accounts::about.eq(&changes.about),
        accounts::location.eq(&changes.location),
        accounts::updated_at.eq(SystemClock.now()),
    );
    query!(
        &shared.database,
        get_result,
        diesel::update(accounts::table.find(member.account.id))
            .set(row)
            .returning(Account::as_returning())
    )
}

fn profile(Member { account, organizations, .. }: &Member) -> HttpResponse {
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
