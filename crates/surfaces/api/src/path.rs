//! Ids in paths.

use actix_web::web::Path;
use loggia_http::error::Problem;
use loggia_kernel::AccountId;

/// Parses the id in a path. A segment that is not a number, or is too large for one, names nothing.
///
/// # Errors
///
/// [`Problem::NotFound`].
pub(super) fn id_in(path: &Path<String>) -> Result<i64, Problem> {
    if !path.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::NotFound);
    }
    path.parse().or(Err(Problem::NotFound))
}

/// As [`id_in`], for an account.
///
/// # Errors
///
/// [`Problem::NotFound`].
pub(super) fn account_id_in(path: &Path<String>) -> Result<AccountId, Problem> {
    Ok(AccountId::new(id_in(path)?))
}
