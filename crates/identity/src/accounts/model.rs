//! What an account is, and what makes or changes one.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use loggia_kernel::{AccountId, Change, Email, PublicId, Slug, Timestamp, Username};

use crate::{passwords::Password, schema::accounts};

/// An account, as every surface knows it. The password hash never leaves the store.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// Its name outside: the subject of its tokens.
    pub public_id: PublicId,
    /// Its name in paths.
    pub slug: Slug,
    /// Its user name, unique letter for letter.
    pub username: Username,
    /// Its address, unique without regard to case. An account without one can log in by its username only.
    pub email: Option<Email>,
    /// May be empty, like all text below.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// As it was given: no form is demanded.
    pub phone_number: String,
    /// The company that the person belongs to.
    pub company_name: String,
    /// What the account says of itself.
    pub about: String,
    /// Where it says it is.
    pub location: String,
    /// The storage key of its picture.
    pub avatar_path: Option<String>,
    /// [`Account::USER`], [`Account::ADMIN`], or the name of one of the roles that it holds.
    pub role: String,
    /// An inactive account can neither log in nor use its tokens.
    pub is_active: bool,
    /// Django's flag for its admin site.
    pub is_staff: bool,
    /// Holds every permission.
    pub is_superuser: bool,
    /// When an opaque token was last asked for: signed tokens leave it alone, as simplejwt does.
    pub last_login_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Account {
    /// The role of whoever has no other.
    pub const USER: &str = "user";
    /// The role of whoever administrates.
    pub const ADMIN: &str = "admin";

    /// "First Last", the one that there is, or an empty text.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }
}

/// Where a new account's user name comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewUsername {
    /// The caller chose it: refused if it is taken.
    Given(Username),
    /// The e-mail's local part, with `-1`, `-2`, ... behind it until it is free.
    FromLocalPart,
    /// The whole e-mail if it fits and is free, else as [`NewUsername::FromLocalPart`].
    FromEmail,
}

/// What makes an account. Everything that is not named here begins empty.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The user name.
    pub username: NewUsername,
    /// The address; a name that is derived needs one.
    pub email: Option<Email>,
    /// Without one the account cannot log in with a password, nor have it reset.
    pub password: Option<Password>,
    /// May be empty, like all text below.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// As it was given.
    pub phone_number: String,
    /// As it was given.
    pub company_name: String,
    /// The name of a role, [`Account::USER`] to begin with; that it goes with the role is the caller's to see to.
    pub role: String,
    /// Whether it may log in.
    pub is_active: bool,
    /// Whether it holds every permission; it is staff, too, then.
    pub is_superuser: bool,
}

impl NewAccount {
    /// An active account of this name, address and password, with nothing else.
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

/// What changes of an account; what is not named stays.
#[derive(Clone, Debug, Default)]
pub struct AccountPatch {
    /// A new user name; the slug stays.
    pub username: Option<Username>,
    /// Derives the slug from the new username, too; the account's own organization is renamed with it.
    pub is_slug_renewed: bool,
    /// A new address, or none. Pending one-time tokens die with the old one.
    pub email: Change<Email>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// As it was given.
    pub phone_number: Option<String>,
    /// As it was given.
    pub company_name: Option<String>,
    /// As it was given.
    pub about: Option<String>,
    /// As it was given.
    pub location: Option<String>,
}

/// Values to look for among the accounts, all but one of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct UniqueValues<'a> {
    /// Does another account hold this name?
    pub username: Option<&'a Username>,
    /// Does another account hold this address, in whatever case?
    pub email: Option<&'a Email>,
    /// The account that may hold them: the one being changed.
    pub except: Option<AccountId>,
}

#[derive(Insertable)]
#[diesel(table_name = accounts)]
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
pub(crate) struct ChangedRow {
    pub(crate) username: Option<Username>,
    pub(crate) username_folded: Option<String>,
    pub(crate) slug: Option<Slug>,
    pub(crate) email: Option<Option<Email>>,
    pub(crate) email_folded: Option<Option<String>>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) phone_number: Option<String>,
    pub(crate) search_folded: Option<String>,
    pub(crate) company_name: Option<String>,
    pub(crate) about: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) updated_at: Timestamp,
}
