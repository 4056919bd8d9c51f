//! `/auth/`: the API root. Source: djoser 2.3.5, `urls/base.py`; Django REST framework 3.18, `APIRootView`.

use actix_web::{get, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Djoser, DjoserState};
use loggia_http::{
    auth::Caller,
    dialect::Drf,
    response::{Reply, Response},
};

/// Returns the URLs of this API's resources.
///
/// They begin with the server's public URL, independent of the request's `Host`.
#[utoipa::path(
    tag = "root",
    operation_id = "djoser_root",
    responses((status = 200, description = "The URLs.", body = RootOut)),
    security((), ("bearer" = [])),
)]
#[get("/auth/")]
pub(super) async fn root(caller: Caller<Djoser>, state: Data<DjoserState>) -> Response<Drf> {
    caller.anybody();
    Ok(Reply::ok(&RootOut {
        users: state.public_url.join("/auth/users/"),
    }))
}

/// The URLs of this API's resources.
#[derive(Serialize, ToSchema)]
struct RootOut {
    /// The URL at which accounts are created and listed.
    #[schema(example = "http://127.0.0.1:8000/auth/users/")]
    users: String,
}
