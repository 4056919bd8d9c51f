//! `/api/v1/orgs/{org_slug}/members/`: the members of an organization and their roles.
//!
//! Source: docs/contract/v1.md «Members».

use loggia_identity::{MemberRef, OrgMember, OrgRole};
use loggia_kernel::{Email, Username};

use super::Role;
use crate::prelude::*;
use loggia_http::request::fields::strict::{EmailText, Text};

/// Lists an organization's members, by the creation of their accounts.
#[utoipa::path(
    get, path = "/api/v1/orgs/{org_slug}/members/", tag = "orgs", operation_id = "v1_orgs_members_list",
    params(OrgPath, PageQuery),
    responses((status = 200, body = PageOut<MemberOut>, description = "A page of members.")),
)]
pub(crate) async fn list(
    tenant: Guard<Member>,
    state: State,
    org: Path<OrgPath>,
    page: PageQuery,
) -> Response {
    let page = page.read()?.read_alone()?;
    let id = tenant.organization(&org.org_slug)?.organization.id;
    let work = &mut state.work();
    let page = state.organizations.members(work, id, page).await?;
    Ok(Reply::ok(&PageOut::of(page, MemberOut::from)))
}

/// Adds a member to a group organization.
///
/// For admins and owners. Only owners can add an owner.
#[utoipa::path(
    post, path = "/api/v1/orgs/{org_slug}/members/", tag = "orgs", operation_id = "v1_orgs_members_create",
    params(OrgPath, IdempotencyKey), request_body = MemberCreate,
    responses(
        (status = 201, body = MemberOut),
        (status = 403, description = "The caller's role in the organization does not allow this."),
        (status = 404, description = "The organization or the account does not exist, or the caller is not a member of the organization."),
        (status = 409, description = "The account is already a member or is in the largest possible number of organizations, or the organization is a personal one."),
    ),
)]
pub(crate) async fn create(
    tenant: Guard<Member>,
    state: State,
    idempotency: IdempotencyKey,
    org: Path<OrgPath>,
    body: Body,
) -> Response {
    let (named, role) = body.read_or_empty::<MemberCreate>().await?.check()?;
    let id = tenant.organization(&org.org_slug)?.organization.id;
    let by = tenant.caller.account.id;
    let change = async |work: &mut Work| {
        let member = named.reference();
        let member = state.organizations.add(work, by, id, member, role).await?;
        Ok(Reply::created(&MemberOut::from(member)))
    };
    idempotency.run(&mut state.work(), by, change).await
}

/// Changes a member's role.
///
/// For admins and owners. Only owners can make a member an owner or change the role of an owner. The last active owner
/// stays an owner.
#[utoipa::path(
    patch, path = "/api/v1/orgs/{org_slug}/members/{user_slug}/", tag = "orgs",
    operation_id = "v1_orgs_members_update",
    params(OrgPath, MemberPath, IdempotencyKey), request_body = MemberUpdate,
    responses(
        (status = 200, body = MemberOut),
        (status = 403, description = "The caller's role in the organization does not allow this."),
        (status = 409, description = "The member is the last active owner."),
    ),
)]
pub(crate) async fn update(
    tenant: Guard<Member>,
    state: State,
    idempotency: IdempotencyKey,
    org: Path<OrgPath>,
    member: Path<MemberPath>,
    body: Body,
) -> Response {
    let sent = body.read_or_empty::<MemberUpdate>().await?;
    let (role, slug) = (sent.role.read_alone()?, &member.user_slug);
    let id = tenant.organization(&org.org_slug)?.organization.id;
    let by = tenant.caller.account.id;
    let change = async |work: &mut Work| {
        let changed = state.organizations.set_role(work, by, id, slug, role).await?;
        Ok(Reply::ok(&MemberOut::from(changed)))
    };
    idempotency.run(&mut state.work(), by, change).await
}

/// Removes a member from an organization.
///
/// Every member can leave. Admins and owners can remove other members; only owners can remove an owner. The last active
/// owner cannot leave.
#[utoipa::path(
    delete, path = "/api/v1/orgs/{org_slug}/members/{user_slug}/", tag = "orgs",
    operation_id = "v1_orgs_members_destroy", params(OrgPath, MemberPath, IdempotencyKey),
    responses(
        (status = 204, description = "The member was removed."),
        (status = 403, description = "The caller's role in the organization does not allow this."),
        (status = 409, description = "The member is the last active owner."),
    ),
)]
pub(crate) async fn destroy(
    tenant: Guard<Member>,
    state: State,
    idempotency: IdempotencyKey,
    org: Path<OrgPath>,
    member: Path<MemberPath>,
) -> Response {
    let id = tenant.organization(&org.org_slug)?.organization.id;
    let by = tenant.caller.account.id;
    let change = async |work: &mut Work| {
        state.organizations.remove(work, by, id, &member.user_slug).await?;
        Ok(Reply::no_content())
    };
    idempotency.run(&mut state.work(), by, change).await
}

#[derive(Deserialize, ToSchema)]
struct MemberCreate {
    /// The account's username, compared case-sensitively. Send either this or `email`. Example: `jane.doe`
    username: Nullable<Text>,
    /// The account's email address, compared regardless of case. Send either this or `username`.
    /// Example: `jane.doe@ex.com`
    email: Nullable<EmailText>,
    /// Example: `member`
    #[schema(default = "member")]
    role: Optional<Role>,
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
        let mut errors = FieldErrors::default();
        let username = self.username.read(&mut errors).into_column().flatten();
        let email = self.email.read(&mut errors).into_column().flatten();
        let role = self.role.read(&mut errors);
        if errors.is_empty() && username.is_some() == email.is_some() {
            errors.add("body/data", Code::NotExactlyOne(&["username", "email"]));
        }
        let role = errors.or(role)?.unwrap_or(OrgRole::Member);
        let named = match (username, email) {
            // A text that is not a valid username names no account.
            (Some(username), _) => {
                Username::parse(&username).map(Named::Username).or(Err(Problem::NotFound))
            }
            (None, email) => Email::parse(&email.unwrap_or_default())
                .map(Named::Email)
                .or(Err(errors::INVALID_EMAIL.into())),
        };
        Ok((named?, role))
    }
}

#[derive(Deserialize, ToSchema)]
struct MemberUpdate {
    /// Example: `admin`
    role: Required<Role>,
}

/// A member of an organization, as other members see it.
#[derive(Serialize, ToSchema)]
struct MemberOut {
    #[schema(example = "jane.doe")]
    username: String,
    /// The account's name in paths.
    #[schema(example = "janedoe")]
    slug: String,
    #[schema(value_type = Role)]
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
