//! Request bodies of contacts.
//!
//! Source: docs/contract/v1.md «Contacts», «Limits». Unknown keys are ignored. `avatar_path` is one of them, because it
//! would let a client name any file.

use loggia_contacts::{ContactPatch, Details, display_name};
use loggia_kernel::{Change, Email, OrgId};

use crate::prelude::*;
use loggia_http::request::fields::strict::{NonBlank, Text};

/// Names and locations. Source: docs/contract/v1.md «Limits», like all limits of these.
type Name = NullableOrBlank<Text<255>>;
type Address = NullableOrBlank<Text<{ Email::MAX_CHARS }>>;
type Phone = NullableOrBlank<Text<20>>;
type Notes = NullableOrBlank<Text<10_000>>;

/// A contact. Absent, null and blank fields are empty; at least one of the names is required.
#[derive(Deserialize, ToSchema)]
pub(super) struct ContactCreate {
    /// The slug of one of the caller's organizations. Example: `janedoe`
    organization: Required<Text>,
    /// Derived from first and last name where it is empty. Example: `Jane Roe`
    display_name: Name,
    /// Example: `Jane`
    first_name: Name,
    /// Example: `Roe`
    last_name: Name,
    /// An email address. Example: `jane.roe@ex.com`
    email: Address,
    /// Example: `Lisbon`
    location: Name,
    /// Example: `+351 21 000 0000`
    phone: Phone,
    /// Example: `Met at the fair.`
    notes: Notes,
}

impl ContactCreate {
    /// Reads the details, in the organization that they name.
    ///
    /// # Errors
    /// Invalid fields; then no name; an invalid address; an organization that is unknown or not the caller's.
    pub(super) fn check(&self, tenant: &Tenant) -> Result<Details, Problem> {
        let mut errors = FieldErrors::default();
        let organization = self.organization.read(&mut errors);
        let given = self.display_name.read_text(&mut errors);
        let first_name = self.first_name.read_text(&mut errors);
        let last_name = self.last_name.read_text(&mut errors);
        let email = self.email.read_text(&mut errors);
        let location = self.location.read_text(&mut errors);
        let phone = self.phone.read_text(&mut errors);
        let notes = self.notes.read_text(&mut errors);
        let organization = errors.or(organization)?.unwrap_or_default();
        let name = display_name(given.as_deref(), first_name.as_deref(), last_name.as_deref());
        let name = name.ok_or_else(|| Problem::field("body/data", Code::NoName))?;
        Ok(Details {
            email: email.map(address).transpose()?,
            organization_id: of_the_caller(tenant, &organization)?,
            display_name: name,
            first_name,
            last_name,
            location,
            phone,
            notes,
        })
    }
}

/// A change of a contact. Absent fields stay; null and blank ones become empty.
#[derive(Deserialize, ToSchema)]
pub(super) struct ContactUpdate {
    /// The slug of one of the caller's organizations: the contact moves there and loses its tags. Example: `janedoe`
    organization: Optional<Text>,
    /// Never empty. The slug is derived from it anew. Example: `Jane Roe`
    display_name: Optional<NonBlank<255>>,
    /// Example: `Jane`
    first_name: Name,
    /// Example: `Roe`
    last_name: Name,
    /// An email address. Example: `jane.roe@ex.com`
    email: Address,
    /// Example: `Lisbon`
    location: Name,
    /// Example: `+351 21 000 0000`
    phone: Phone,
    /// Example: `Met at the fair.`
    notes: Notes,
}

impl ContactUpdate {
    /// Reads the changes.
    ///
    /// # Errors
    /// As [`ContactCreate::check`].
    pub(super) fn check(&self, tenant: &Tenant) -> Result<ContactPatch, Problem> {
        let mut errors = FieldErrors::default();
        let organization = match self.organization.input() {
            // Null names an organization that does not exist. Source: docs/contract/v1.md «Contacts».
            Input::Null => Some(String::new()),
            _ => self.organization.read(&mut errors),
        };
        let patch = ContactPatch {
            organization_id: None,
            display_name: self.display_name.read(&mut errors),
            first_name: self.first_name.read(&mut errors),
            last_name: self.last_name.read(&mut errors),
            email: self.email.read(&mut errors),
            location: self.location.read(&mut errors),
            phone: self.phone.read(&mut errors),
            notes: self.notes.read(&mut errors),
        };
        let patch = errors.or(patch)?;
        Ok(ContactPatch {
            email: match patch.email {
                Change::Set(email) => Change::Set(address(email)?),
                nothing => nothing,
            },
            organization_id: match organization {
                Some(slug) => Some(of_the_caller(tenant, &slug)?),
                None => None,
            },
            ..patch
        })
    }
}

/// Checks an address, and returns it as it was sent.
fn address(text: String) -> Result<String, Problem> {
    match Email::parse(&text) {
        Ok(_) => Ok(text.trim().to_owned()),
        Err(_) => Err(errors::INVALID_EMAIL.into()),
    }
}

/// Finds an organization of the caller. Here an unknown one is reported like any unknown object.
/// Source: docs/contract/v1.md «Errors», «Contacts».
fn of_the_caller(tenant: &Tenant, slug: &str) -> Result<OrgId, Problem> {
    match tenant.organization(slug) {
        Ok(membership) => Ok(membership.organization.id),
        Err(_) => Err(Problem::NotFound),
    }
}
