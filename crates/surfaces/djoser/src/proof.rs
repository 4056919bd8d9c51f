//! The caller's current password, which some operations demand beside his token.
//!
//! Source: djoser 2.3.5, `serializers.py`, `CurrentPasswordSerializer`.

use loggia_identity::{Error, passwords::Password};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::DjoserState;
use loggia_http::{
    auth::SignedIn,
    error::{Code, FieldErrors, Problem},
    request::{Input, Read},
};

/// The field's name.
pub(super) const CURRENT_PASSWORD: &str = "current_password";

/// What deleting an account demands.
#[derive(Deserialize, ToSchema)]
pub(super) struct CurrentPassword {
    /// The caller's own, also where staff deletes somebody else.
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 1, example = "example_password")]
    current_password: Input,
}

impl CurrentPassword {
    pub(super) fn check(&self) -> Result<Password, Problem> {
        let mut faults = FieldErrors::default();
        let password =
            Read::REQUIRED.password(&mut faults, CURRENT_PASSWORD, &self.current_password);
        password.ok_or(faults.into())
    }
}

/// Adds a password that is not the caller's to the faults: it is reported beside those of other fields.
///
/// # Errors
/// What is no fault of the field's: [`Problem::Throttled`], [`Problem::Unavailable`].
pub(super) async fn judge(
    state: &DjoserState,
    signed_in: &SignedIn,
    faults: &mut FieldErrors,
    password: &Password,
) -> Result<(), Problem> {
    let SignedIn { caller, address } = signed_in;
    match state
        .passwords
        .confirm(&caller.account, password, *address)
        .await
    {
        Err(Error::WrongPassword) => faults.add(CURRENT_PASSWORD, Code::WrongPassword),
        outcome => outcome?,
    }
    Ok(())
}
