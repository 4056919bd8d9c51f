//! The caller's current password, which some operations require in addition to the token.
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

/// Name of the field with the current password.
pub(super) const CURRENT_PASSWORD: &str = "current_password";

/// The confirmation of a deletion.
#[derive(Deserialize, ToSchema)]
pub(super) struct CurrentPassword {
    /// The caller's own password, also when staff delete another account.
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

/// Verifies the current password and reports a wrong one as an error of its field, beside the errors of other fields.
///
/// # Errors
///
/// [`Problem::Throttled`], [`Problem::Unavailable`].
pub(super) async fn judge(
    state: &DjoserState,
    signed_in: &SignedIn,
    faults: &mut FieldErrors,
    password: &Password,
) -> Result<(), Problem> {
    let SignedIn { caller, address } = signed_in;
    match state
        .passwords
        .confirm(&mut state.work(), &caller.account, password, *address)
        .await
    {
        Err(Error::WrongPassword) => faults.add(CURRENT_PASSWORD, Code::WrongPassword),
        outcome => outcome?,
    }
    Ok(())
}
