//! An account, and the values that create or change one.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use loggia_kernel::{AccountId, Change, Email, PublicId, Slug, Timestamp, Username};

use crate::{passwords::Password, schema::accounts};

/// An account. The password hash never leaves the store.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub struct Account {
    /// Internal id.
    pub id: AccountId,
    /// Public id: the subject of the account's tokens.
    pub public_id: PublicId,
    /// Slug for URL paths.
    pub slug: Slug,
    /// User name. Unique, case-sensitive.
    pub username: Username,
    /// Email address. Unique, case-insensitive. An account without one can log in by its user name only.
    pub email: Option<Email>,
    /// May be empty, like all text below.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Free text.
    pub phone_number: String,
    /// Company of the user.
    pub company_name: String,
    /// Self-description.
    pub about: String,
    /// Self-reported location.
    pub location: String,
    /// Storage key of the profile picture.
    pub avatar_path: Option<String>,
    /// [`Account::USER`], [`Account::ADMIN`], or the name of one of the account's roles.
    pub role: String,
    /// An inactive account can neither log in nor use its tokens.
    pub is_active: bool,
    /// Django's flag for its admin site.
    pub is_staff: bool,
    /// Whether the account has every permission.
    pub is_superuser: bool,
    /// Time of the last request for an opaque token. Signed tokens do not change it, as in simplejwt.
    pub last_login_at: Option<Timestamp>,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

impl Account {
    /// The default role.
    pub const USER: &str = "user";
    /// The role of administrators.
    pub const ADMIN: &str = "admin";

    /// Returns "First Last", the only name that is set, or an empty text.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// The source of a new account's user name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewUsername {
    /// A name chosen by the caller. Rejected if it is taken.
    Given(Username),
    /// The local part of the email address, with the suffix `-1`, `-2`, ... if it is taken.
    FromLocalPart,
    /// The whole email address if it fits and is free, otherwise as [`NewUsername::FromLocalPart`].
    FromEmail,
}

/// The initial values of an account. All other fields start empty.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The user name.
    pub username: NewUsername,
    /// Email address. Required if the user name is derived from it.
    pub email: Option<Email>,
    /// Password. An account without one cannot log in with a password or reset it.
    pub password: Option<Password>,
    /// May be empty, like all text below.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Free text.
    pub phone_number: String,
    /// Free text.
    pub company_name: String,
    /// Name of a role, [`Account::USER`] by default. The caller keeps it consistent with the assigned roles.
    pub role: String,
    /// Whether the account may log in.
    pub is_active: bool,
    /// Whether the account has every permission. Also sets the staff flag.
    pub is_superuser: bool,
}

impl NewAccount {
    /// Returns an active account with this user name, email address and password, and defaults elsewhere.
    pub fn new(username: NewUsername, email: Option<Email>, password: Option<Password>) -> Self {
        Self {
            username,
            email,
            password,
            first_name: String::new(),
            last_name: String::new(),
            phone_number: String::new(),
            company_name: String::new(),
            role: Account::USER.to_owned(),
            is_active: true,
            is_superuser: false,
        }
    }
}

/// Changes to an account. Absent fields stay unchanged.
#[derive(Clone, Debug, Default)]
pub struct AccountPatch {
    /// New user name. The slug stays unchanged.
    pub username: Option<Username>,
    /// Whether the slug is derived from the new user name. The personal organization is renamed too.
    pub is_slug_renewed: bool,
    /// New email address, or its removal. A change deletes pending one-time tokens.
    pub email: Change<Email>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Free text.
    pub phone_number: Option<String>,
    /// Free text.
    pub company_name: Option<String>,
    /// Free text.
    pub about: Option<String>,
    /// Free text.
    pub location: Option<String>,
}

/// Values to look up among all accounts except one.
#[derive(Clone, Copy, Debug, Default)]
pub struct UniqueValues<'a> {
    /// User name to look up.
    pub username: Option<&'a Username>,
    /// Email address to look up, case-insensitively.
    pub email: Option<&'a Email>,
    /// The account to exclude: the one that is being changed.
    pub except: Option<AccountId>,
}

#[derive(Insertable)]
#[diesel(table_name = accounts, treat_none_as_default_value = false)]
pub(crate) struct NewRow<'a> {
    pub(crate) public_id: PublicId,
    pub(crate) slug: &'a Slug,
    pub(crate) username: &'a Username,
    pub(crate) username_folded: String,
    pub(crate) email: Option<&'a Email>,
    pub(crate) email_folded: Option<String>,
    pub(crate) password_hash: Option<&'a str>,
    pub(crate) first_name: &'a str,
    pub(crate) last_name: &'a str,
    pub(crate) phone_number: &'a str,
    pub(crate) search_folded: String,
    pub(crate) company_name: &'a str,
    pub(crate) role: &'a str,
    pub(crate) is_active: bool,
    pub(crate) is_staff: bool,
    pub(crate) is_superuser: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(AsChangeset)]
#[diesel(table_name = accounts)]
pub(crate) struct ChangedRow<'a> {
    pub(crate) username: Option<&'a Username>,
    pub(crate) username_folded: Option<String>,
    pub(crate) slug: Option<&'a Slug>,
    pub(crate) email: Option<Option<&'a Email>>,
    pub(crate) email_folded: Option<Option<String>>,
    pub(crate) first_name: Option<&'a str>,
    pub(crate) last_name: Option<&'a str>,
    pub(crate) phone_number: Option<&'a str>,
    pub(crate) search_folded: Option<String>,
    pub(crate) company_name: Option<&'a str>,
    pub(crate) about: Option<&'a str>,
    pub(crate) location: Option<&'a str>,
    pub(crate) updated_at: Timestamp,
}
