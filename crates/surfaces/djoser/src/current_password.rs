//! The caller's current password, which some operations require in addition to the token.
//!
//! Source: djoser 2.3.5, `serializers.py`, `CurrentPasswordSerializer`.

use loggia_identity::Error;

use crate::prelude::*;

/// The confirmation of a deletion.
#[derive(Deserialize, ToSchema)]
pub(super) struct CurrentPassword {
    /// The caller's own password, also when staff delete another account. Example: `example_password`
    current_password: Required<Password>,
}

impl CurrentPassword {
    /// Verifies the password.
    ///
    /// # Errors
    /// Those of the field; [`Problem::Throttled`], [`Problem::Unavailable`].
    pub(super) async fn verify(
        &self,
        state: &DjoserState,
        SignedIn { caller, address }: &SignedIn,
    ) -> Result<(), Problem> {
        let password = self.current_password.read_alone()?;
        let account = &caller.account;
        let work = &mut state.work();
        Ok(state.passwords.confirm(work, account, &password, *address).await?)
    }
}

/// Verifies the current password in `field`. Its errors are reported beside those of other fields.
///
/// # Errors
/// [`Problem::Throttled`], [`Problem::Unavailable`].
pub(super) async fn report_wrong(
    field: &Required<Password>,
    state: &DjoserState,
    SignedIn { caller, address }: &SignedIn,
    errors: &mut FieldErrors,
) -> Result<(), Problem> {
    let Some(password) = field.read(errors) else {
        return Ok(());
    };
    let work = &mut state.work();
    let account = &caller.account;
    match state.passwords.confirm(work, account, &password, *address).await {
        Err(Error::WrongPassword) => field.add(errors, Code::WrongPassword),
        outcome => outcome?,
    }
    Ok(())
}
