//! `/api/v1/orgs/{org_slug}/members/`: who is in an organisation, and as what.
//!
//! Source: docs/contract/v1.md «Members».

use actix_web::{
    HttpRequest, delete, get, patch, post,
    web::{Data, Path},
};
use loggia_identity::{OrgMember, OrgRole, Whom};
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

/// Lists an organisation's members, in the order in which their accounts were made.
#[utoipa::path(
    tag = "orgs",
    operation_id = "v1_orgs_members_list",
    params(("org_slug" = String, Path, description = "Which organisation.", example = "acme"), PageParams),
    responses(
        (status = 200, body = PageOut<MemberOut>, description = "A page of them."),
        (status = 404, body = NinjaErrorOut, description = "There is no such organisation, or the caller is not in it."),
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
    let page = state.organizations.members(id, page).await?;
    Ok(Reply::ok(&PageOut::of(page, MemberOut::from)))
}

/// Makes an account a member of a group.
///
/// Admins and owners may; of an owner, owners.
#[utoipa::path(
    tag = "orgs",
    operation_id = "v1_orgs_members_add",
    params(("org_slug" = String, Path, description = "Which organisation.", example = "acme"), IdempotencyKey),
    request_body = MemberCreate,
    responses(
        (status = 201, body = MemberOut, description = "A member now."),
        (status = 403, body = NinjaErrorOut, description = "What the caller is in the organisation is too little for that."),
        (status = 404, body = NinjaErrorOut, description = "There is no such organisation, or the caller is not in it; or there is no such account."),
        (status = 409, body = NinjaErrorOut, description = "The account is a member already, or in as many organisations as anybody can be; or the organisation is a personal one."),
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
            let whom = named.whom();
            let member = state.organizations.add(by, id, whom, role).await?;
            Ok(Reply::created(&MemberOut::from(member)))
        })
        .await
}

/// Makes something else of a member.
///
/// Admins and owners may; where an owner is made or unmade, owners. The last owner whose account is active stays one.
#[utoipa::path(
    tag = "orgs",
    operation_id = "v1_orgs_members_update",
    params(
        ("org_slug" = String, Path, description = "Which organisation.", example = "acme"),
        ("user_slug" = String, Path, description = "Which member, by its account's slug.", example = "janedoe"),
        IdempotencyKey,
    ),
    request_body = MemberUpdate,
    responses(
        (status = 200, body = MemberOut, description = "The updated member."),
        (status = 403, body = NinjaErrorOut, description = "What the caller is in the organisation is too little for that."),
        (status = 404, body = NinjaErrorOut, description = "There is no such organisation, or the caller is not in it; or it has no such member."),
        (status = 409, body = NinjaErrorOut, description = "This is the last owner."),
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
            let changed = state.organizations.set_role(by, id, &member, role).await;
            Ok(Reply::ok(&MemberOut::from(changed?)))
        })
        .await
}

/// Takes a member out of an organisation.
///
/// Everybody may leave. Admins and owners may take others out; of owners, owners. The last owner whose account is active
/// stays.
#[utoipa::path(
    tag = "orgs",
    operation_id = "v1_orgs_members_remove",
    params(
        ("org_slug" = String, Path, description = "Which organisation.", example = "acme"),
        ("user_slug" = String, Path, description = "Which member, by its account's slug.", example = "janedoe"),
        IdempotencyKey,
    ),
    responses(
        (status = 204, description = "No member any more."),
        (status = 403, body = NinjaErrorOut, description = "What the caller is in the organisation is too little for that."),
        (status = 404, body = NinjaErrorOut, description = "There is no such organisation, or the caller is not in it; or it has no such member."),
        (status = 409, body = NinjaErrorOut, description = "This is the last owner."),
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
            state.organizations.remove(by, id, &member).await?;
            Ok(Reply::no_content())
        })
        .await
}

/// What a member can be, as a refusal lists it.
const ROLES: [&str; 3] = ["owner", "admin", "member"];

/// A role, letter for letter.
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
    /// The account's name, letter for letter. Either this or `email`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "jane.doe")]
    username: Input,
    /// The account's address, in whatever case. Either this or `username`.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Email, example = "jane.doe@ex.com")]
    email: Input,
    #[serde(default)]
    #[schema(value_type = String, pattern = "^(owner|admin|member)$", default = "member", example = "member")]
    role: Input,
}

/// Who should become a member, as he was named.
enum Named {
    Username(Username),
    Email(Email),
}

impl Named {
    fn whom(&self) -> Whom<'_> {
        match self {
            Self::Username(username) => Whom::Username(username),
            Self::Email(email) => Whom::Email(email),
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
            // A name that cannot be one is nobody's.
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

/// A member of an organisation, as the other members see him.
#[derive(Serialize, ToSchema)]
struct MemberOut {
    #[schema(example = "jane.doe")]
    username: String,
    /// The account's name in paths.
    #[schema(example = "janedoe")]
    slug: String,
    #[schema(example = "member", pattern = "^(owner|admin|member)$")]
    role: &'static str,
    /// Since when he is in it: UTC, with microseconds.
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
