//! Which letters there are, how long their links are good, and where these lead.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use loggia_kernel::AccountId;

use crate::config::BaseUrl;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A letter that is sent. Its texts are in `loggia-mail`, under its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// `djoser`: choose a new password.
    DjoserPasswordReset,
    /// `djoser`: choose a new user name.
    DjoserUsernameReset,
    /// `djoser`: activate the account.
    DjoserActivation,
    /// `api`: choose a new password.
    ApiPasswordReset,
    /// `v1`: choose a new password.
    V1PasswordReset,
    /// `v1`: confirm a new address.
    V1EmailChange,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::DjoserPasswordReset,
        Self::DjoserUsernameReset,
        Self::DjoserActivation,
        Self::ApiPasswordReset,
        Self::V1PasswordReset,
        Self::V1EmailChange,
    ];

    /// Its name: what [`loggia_identity::Letter`] carries, and what its files are called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DjoserPasswordReset => "djoser/password_reset",
            Self::DjoserUsernameReset => "djoser/username_reset",
            Self::DjoserActivation => "djoser/activation",
            Self::ApiPasswordReset => "api/password_reset",
            Self::V1PasswordReset => "v1/password_reset",
            Self::V1EmailChange => "v1/email_change",
        }
    }

    /// The letter of this name, if there is one.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|template| template.name() == name)
    }

    /// How long the link in it is good.
    ///
    /// Source: Django 5.2, `PASSWORD_RESET_TIMEOUT`; docs/contract/README.md «Emails».
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::DjoserPasswordReset
            | Self::DjoserUsernameReset
            | Self::DjoserActivation
            | Self::ApiPasswordReset => DAY.saturating_mul(3),
            Self::V1PasswordReset => HOUR.saturating_mul(2),
            Self::V1EmailChange => DAY,
        }
    }

    /// The link in it, under the frontend's address.
    ///
    /// Source: the paths of `djoser` are those of its documentation, «Settings», behind `#/` as the frontends of such
    /// services have them; its `uid` is the account's number as Django's `urlsafe_base64_encode` writes it.
    pub fn link(self, frontend: &BaseUrl, account: AccountId, token: &str) -> String {
        let uid = || URL_SAFE_NO_PAD.encode(account.to_string());
        let rest = match self {
            Self::DjoserPasswordReset => format!("/#/password/reset/confirm/{}/{token}", uid()),
            Self::DjoserUsernameReset => format!("/#/username/reset/confirm/{}/{token}", uid()),
            Self::DjoserActivation => format!("/#/activate/{}/{token}", uid()),
            Self::ApiPasswordReset | Self::V1PasswordReset => {
                format!("/reset-password?token={token}")
            }
            Self::V1EmailChange => format!("/verify-email-change?token={token}"),
        };
        frontend.join(&rest)
    }
}
