//! `/auth/`: the API root. Source: djoser 2.3.5, `urls/base.py`; Django REST framework 3.18, `APIRootView`.

use crate::prelude::*;

/// Returns the URLs of this API's resources.
///
/// They begin with the server's public URL, independent of the request's `Host`.
#[utoipa::path(
    get, path = "/auth/", tag = "root", operation_id = "djoser_root",
    responses((status = 200, description = "The URLs.", body = RootOut)),
)]
pub(super) async fn root(_: Guard<OptionalCaller>, state: State) -> Response {
    Ok(Reply::ok(&RootOut { users: state.public_url.join("/auth/users/") }))
}

/// The URLs of this API's resources.
#[derive(Serialize, ToSchema)]
struct RootOut {
    /// The URL at which accounts are created and listed.
    #[schema(example = "http://127.0.0.1:8000/auth/users/")]
    users: String,
}
