//! `/api/v1/orgs/{org_slug}/members/`: the members of an organization and their roles.
//!
//! Source: docs/contract/v1.md «Members».

use actix_web::{
    HttpRequest, delete, get, patch, post,
    web::{Data, Path},
};
use loggia_identity::{MemberRef, OrgMember, OrgRole};
use loggia_kernel::{Email, Username};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{
    moment,
    page::{PageOut, PageParams, only_page},
    read,
};
use crate::{Tenant, V1State};
use loggia_http::{
    dialect::{Ninja, NinjaErrorOut},
    error::{Code, FieldErrors, Problem, Refusal},
    request::{Body, IdempotencyKey, Input, strict},
    response::{Reply, Response},
};

/// Lists an organization's members, by the creation of their accounts.
#[utoipa::path(
    tag = "orgs",
    operation_id = "v1_orgs_members_list",
    params(("org_slug" = String, Path, description = "The organization's slug.", example = "acme"), PageParams),
    responses(
        (status = 200, body = PageOut<MemberOut>, description = "A page of members."),
        (status = 404, body = NinjaErrorOut, description = "The organization does not exist, or the caller is not a member of it."),
    ),
    security(("bearer" = [])),
)]
#[get("/api/v1/orgs/{org_slug}/members/")]
pub(crate) async fn list(
    tenant: Tenant,
    state: Data<V1State>,
    slug: Path<String>,
    request: HttpRequest,
) -> Response<Ninja> {
    let page = only_page(&request)?;
    let id = tenant.organization(&slug)?.organization.id;
    let page = state
        .organizations
        .members(&mut state.work(), id, page)
        .await?;
    Ok(Reply::ok(&PageOut::of(page, MemberOut::from)))
}

/// Adds a member to a group organization.
///
/// For admins and owners. Only owners can add an owner.
#[utoipa::path(
    tag = "orgs",
    operation_id = "v1_orgs_members_add",
    params(("org_slug" = String, Path, description = "The organization's slug.", example = "acme"), IdempotencyKey),
    request_body = MemberCreate,
    responses(
        (status = 201, body = MemberOut, description = "The new member."),
        (status = 403, body = NinjaErrorOut, description = "The caller's role in the organization does not allow this."),
        (status = 404, body = NinjaErrorOut, description = "The organization or the account does not exist, or the caller is not a member of the organization."),
        (status = 409, body = NinjaErrorOut, description = "The account is already a member or is in the largest possible number of organizations, or the organization is a personal one."),
    ),
    security(("bearer" = [])),
)]
#[post("/api/v1/orgs/{org_slug}/members/")]
pub(crate) async fn add(
    tenant: Tenant,
    state: Data<V1State>,
    idempotency: IdempotencyKey,
    slug: Path<String>,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let (named, role) = read::fields::<MemberCreate>(body).await?.check()?;
    let id = tenant.organization(&slug)?.organization.id;
    let by = tenant.caller.account.id;
    idempotency
        .run(by, async {
            let member = named.reference();
            let member = state
                .organizations
                .add(&mut state.work(), by, id, member, role)
                .await?;
            Ok(Reply::created(&MemberOut::from(member)))
        })
        .await
}

/// Changes a member's role.
///
/// For admins and owners. Only owners can make a member an owner or change the role of an owner. The last active owner
/// stays an owner.
#[utoipa::path(
    tag = "orgs",
    operation_id = "v1_orgs_members_update",
    params(
        ("org_slug" = String, Path, description = "The organization's slug.", example = "acme"),
        ("user_slug" = String, Path, description = "The slug of the member's account.", example = "janedoe"),
        IdempotencyKey,
    ),
    request_body = MemberUpdate,
    responses(
        (status = 200, body = MemberOut, description = "The updated member."),
        (status = 403, body = NinjaErrorOut, description = "The caller's role in the organization does not allow this."),
        (status = 404, body = NinjaErrorOut, description = "The organization does not exist, the caller is not a member of it, or it has no such member."),
        (status = 409, body = NinjaErrorOut, description = "The member is the last active owner."),
    ),
    security(("bearer" = [])),
)]
#[patch("/api/v1/orgs/{org_slug}/members/{user_slug}/")]
pub(crate) async fn update(
    tenant: Tenant,
    state: Data<V1State>,
    idempotency: IdempotencyKey,
    path: Path<(String, String)>,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let role = read::fields::<MemberUpdate>(body).await?.check()?;
    let (slug, member) = path.into_inner();
    let id = tenant.organization(&slug)?.organization.id;
    let by = tenant.caller.account.id;
    idempotency
        .run(by, async {
            let changed = state
                .organizations
                .set_role(&mut state.work(), by, id, &member, role)
                .await;
            Ok(Reply::ok(&MemberOut::from(changed?)))
        })
        .await
}

/// Removes a member from an organization.
///
/// Every member can leave. Admins and owners can remove other members; only owners can remove an owner. The last active
/// owner cannot leave.
#[utoipa::path(
    tag = "orgs",
    operation_id = "v1_orgs_members_remove",
    params(
        ("org_slug" = String, Path, description = "The organization's slug.", example = "acme"),
        ("user_slug" = String, Path, description = "The slug of the member's account.", example = "janedoe"),
        IdempotencyKey,
    ),
    responses(
        (status = 204, description = "The member was removed."),
        (status = 403, body = NinjaErrorOut, description = "The caller's role in the organization does not allow this."),
        (status = 404, body = NinjaErrorOut, description = "The organization does not exist, the caller is not a member of it, or it has no such member."),
        (status = 409, body = NinjaErrorOut, description = "The member is the last active owner."),
    ),
    security(("bearer" = [])),
)]
#[delete("/api/v1/orgs/{org_slug}/members/{user_slug}/")]
pub(crate) async fn remove(
    tenant: Tenant,
    state: Data<V1State>,
    idempotency: IdempotencyKey,
    path: Path<(String, String)>,
) -> Response<Ninja> {
    let (slug, member) = path.into_inner();
    let id = tenant.organization(&slug)?.organization.id;
    let by = tenant.caller.account.id;
    idempotency
        .run(by, async {
            state
                .organizations
                .remove(&mut state.work(), by, id, &member)
                .await?;
            Ok(Reply::no_content())
        })
        .await
}

/// The roles, in the order in which an error lists them.
const ROLES: [&str; 3] = ["owner", "admin", "member"];

/// Reads a role. The comparison is case-sensitive.
fn role(faults: &mut FieldErrors, input: &Input) -> Option<OrgRole> {
    let role = match input {
        Input::Text(name) => OrgRole::of(name),
        _ => None,
    };
    if role.is_none() {
        faults.add("role", Code::NotOneOf(&ROLES));
    }
    role
}

#[derive(Default, Deserialize, ToSchema)]
struct MemberCreate {
    /// The account's username, compared case-sensitively. Send either this or `email`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "jane.doe")]
    username: Input,
    /// The account's email address, compared regardless of case. Send either this or `username`.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Email, example = "jane.doe@ex.com")]
    email: Input,
    #[serde(default)]
    #[schema(value_type = String, pattern = "^(owner|admin|member)$", default = "member", example = "member")]
    role: Input,
}

/// The account to add, by the field that names it.
enum Named {
    Username(Username),
    Email(Email),
}

impl Named {
    fn reference(&self) -> MemberRef<'_> {
        match self {
            Self::Username(username) => MemberRef::Username(username),
            Self::Email(email) => MemberRef::Email(email),
        }
    }
}

impl MemberCreate {
    fn check(&self) -> Result<(Named, OrgRole), Problem> {
        let mut faults = FieldErrors::default();
        let mut text = |name, input: &Input| match input {
            Input::Null => None,
            input => strict::optional(&mut faults, name, input),
        };
        let username = text("username", &self.username);
        let email = text("email", &self.email);
        let role = match &self.role {
            Input::Absent => Some(OrgRole::Member),
            input => role(&mut faults, input),
        };
        if faults.is_empty() && username.is_some() == email.is_some() {
            faults.add("body/data", Code::NotExactlyOne(&["username", "email"]));
        }
        let role = faults.or(role)?.unwrap_or(OrgRole::Member);
        let named = match (username, email) {
            // A text that is not a valid username names no account.
            (Some(username), _) => Username::parse(&username)
                .map(Named::Username)
                .or(Err(Problem::NotFound)),
            (None, email) => Email::parse(&email.unwrap_or_default())
                .map(Named::Email)
                .or(Err(Refusal::InvalidEmail.into())),
        };
        Ok((named?, role))
    }
}

#[derive(Default, Deserialize, ToSchema)]
struct MemberUpdate {
    #[serde(default)]
    #[schema(value_type = String, required, pattern = "^(owner|admin|member)$", example = "admin")]
    role: Input,
}

impl MemberUpdate {
    fn check(&self) -> Result<OrgRole, FieldErrors> {
        let mut faults = FieldErrors::default();
        let role = match &self.role {
            Input::Absent => {
                faults.add("role", Code::Required);
                None
            }
            input => role(&mut faults, input),
        };
        faults.or(role.unwrap_or(OrgRole::Member))
    }
}

/// A member of an organization, as other members see it.
#[derive(Serialize, ToSchema)]
struct MemberOut {
    #[schema(example = "jane.doe")]
    username: String,
    /// The account's name in paths.
    #[schema(example = "janedoe")]
    slug: String,
    #[schema(example = "member", pattern = "^(owner|admin|member)$")]
    role: &'static str,
    /// The time of joining: UTC, with microseconds.
    #[schema(format = DateTime, example = "2026-11-20T23:57:20.783093+00:00")]
    created_at: String,
}

impl From<OrgMember> for MemberOut {
    fn from(member: OrgMember) -> Self {
        Self {
            username: member.username.to_string(),
            slug: member.slug.to_string(),
            role: member.role.name(),
            created_at: moment(member.created_at),
        }
    }
}
