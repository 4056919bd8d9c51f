//! What is sent of a contact: all of it, or a part.
//!
//! Source: docs/contract/v1.md «Contacts», «Limits». Unknown keys are ignored, and `avatar_path` is one of them: it
//! would let a client name any file.

use loggia_contacts::{ContactPatch, Details, display_name};
use loggia_kernel::{Change, Email};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Tenant;
use loggia_http::{
    error::{Code, FieldErrors, Problem, Refusal},
    request::{Input, strict},
};

/// The longest names and locations, in characters, like all of these. Source: docs/contract/v1.md «Limits».
const MAX_NAME: usize = 255;
/// Source: the same.
const MAX_PHONE: usize = 20;
/// Source: the same.
const MAX_NOTES: usize = 10_000;

/// All of a contact. What is absent, null or empty is nothing, and at least one of the names must be something.
#[derive(Default, Deserialize, ToSchema)]
pub(super) struct WholeContact {
    /// The slug of one of the caller's organisations.
    #[serde(default)]
    #[schema(value_type = String, required, example = "janedoe")]
    organization: Input,
    /// Made of first and last name where it is nothing.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 255, example = "Jane Roe")]
    display_name: Input,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 255, example = "Jane")]
    first_name: Input,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 255, example = "Roe")]
    last_name: Input,
    /// An e-mail address.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 254, example = "jane.roe@ex.com")]
    email: Input,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 255, example = "Lisbon")]
    location: Input,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 20, example = "+351 21 000 0000")]
    phone: Input,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000, example = "Met at the fair.")]
    notes: Input,
}

impl WholeContact {
    /// What it comes to, in the organisation that it names.
    ///
    /// # Errors
    /// Faults of the fields; no name; no address; and then an organisation that is unknown or not the caller's.
    pub(super) fn check(&self, tenant: &Tenant) -> Result<Details, Problem> {
        let mut faults = FieldErrors::default();
        let organization = strict::required(&mut faults, "organization", &self.organization);
        let mut text = |name, input, max| nothing_or(text(&mut faults, name, input, max));
        let given = text("display_name", &self.display_name, MAX_NAME);
        let first_name = text("first_name", &self.first_name, MAX_NAME);
        let last_name = text("last_name", &self.last_name, MAX_NAME);
        let email = text("email", &self.email, Email::MAX_CHARS);
        let location = text("location", &self.location, MAX_NAME);
        let phone = text("phone", &self.phone, MAX_PHONE);
        let notes = text("notes", &self.notes, MAX_NOTES);
        let organization = faults.or(organization)?.unwrap_or_default();
        let name = display_name(
            given.as_deref(),
            first_name.as_deref(),
            last_name.as_deref(),
        );
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

/// A part of a contact. What is absent stays; what is null or empty becomes nothing.
#[derive(Default, Deserialize, ToSchema)]
pub(super) struct PartOfContact {
    /// The slug of one of the caller's organisations: the contact moves there, and leaves its tags behind.
    #[serde(default)]
    #[schema(value_type = String, example = "janedoe")]
    organization: Input,
    /// Never nothing. The slug is made anew of it.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 255, example = "Jane Roe")]
    display_name: Input,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 255, example = "Jane")]
    first_name: Input,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 255, example = "Roe")]
    last_name: Input,
    /// An e-mail address.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 254, example = "jane.roe@ex.com")]
    email: Input,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 255, example = "Lisbon")]
    location: Input,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 20, example = "+351 21 000 0000")]
    phone: Input,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000, example = "Met at the fair.")]
    notes: Input,
}

impl PartOfContact {
    /// What it changes.
    ///
    /// # Errors
    /// As [`WholeContact::check`].
    pub(super) fn check(&self, tenant: &Tenant) -> Result<ContactPatch, Problem> {
        let mut faults = FieldErrors::default();
        let organization = match self.organization {
            // No organisation is one that nobody knows. Source: docs/contract/v1.md «Contacts».
            Input::Null => Some(String::new()),
            _ => strict::optional(&mut faults, "organization", &self.organization),
        };
        let name = strict::bounded(&mut faults, "display_name", &self.display_name, MAX_NAME);
        if name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            faults.add("display_name", Code::Blank);
        }
        let mut text = |name, input, max| text(&mut faults, name, input, max);
        let patch = ContactPatch {
            organization_id: None,
            display_name: name,
            first_name: text("first_name", &self.first_name, MAX_NAME),
            last_name: text("last_name", &self.last_name, MAX_NAME),
            email: text("email", &self.email, Email::MAX_CHARS),
            location: text("location", &self.location, MAX_NAME),
            phone: text("phone", &self.phone, MAX_PHONE),
            notes: text("notes", &self.notes, MAX_NOTES),
        };
        let patch = faults.or(patch)?;
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

/// A text that may be null; white space alone is nothing, too.
fn text(faults: &mut FieldErrors, name: &str, input: &Input, max: usize) -> Change<String> {
    if *input == Input::Null {
        return Change::Clear;
    }
    match strict::bounded(faults, name, input, max) {
        None => Change::Keep,
        Some(text) if text.trim().is_empty() => Change::Clear,
        Some(text) => Change::Set(text),
    }
}

fn nothing_or(change: Change<String>) -> Option<String> {
    change.into_column().flatten()
}

/// An address as it was given, if it is one.
fn address(text: String) -> Result<String, Problem> {
    match Email::parse(&text) {
        Ok(_) => Ok(text.trim().to_owned()),
        Err(_) => Err(Refusal::InvalidEmail.into()),
    }
}

/// Here an unknown organisation has the words of any unknown thing. Source: docs/contract/v1.md «Errors», «Contacts».
fn of_the_caller(tenant: &Tenant, slug: &str) -> Result<loggia_kernel::OrgId, Problem> {
    match tenant.organization(slug) {
        Ok(membership) => Ok(membership.organization.id),
        Err(_) => Err(Problem::NotFound),
    }
}
