//! Names that the handlers of this surface use.

pub(crate) use loggia_http::{
    auth::{Anyone, Authenticated, OptionalCaller, SignedIn},
    dialect::Drf,
    error::{Code, FieldErrors, NON_FIELD, Problem},
    middleware::ClientAddress,
    request::fields::{Email, Optional, OptionalOrBlank, Password, Raw, Required, Text, Username},
    response::Reply,
};
pub(crate) use serde::{Deserialize, Serialize};
pub(crate) use utoipa::ToSchema;

pub(crate) use crate::{
    errors,
    state::{Djoser, DjoserState},
};

/// The guard of an operation of this surface.
pub(crate) type Guard<P> = loggia_http::auth::Guard<Djoser, P>;

/// The body of a request to this surface.
pub(crate) type Body = loggia_http::request::Body<Drf>;

/// The outcome of an operation of this surface.
pub(crate) type Response = loggia_http::response::Response<Drf>;

/// The services of this surface, as a handler receives them.
pub(crate) type State = actix_web::web::Data<DjoserState>;
