//! Names that the handlers of this surface use.

pub(crate) use actix_web::web::Path;
pub(crate) use loggia_http::{
    auth::{Anyone, Authenticated, OptionalCaller, RequireAdmin, RequirePermission, SignedIn},
    dialect::{DetailOut, Drf, FieldErrorsOut},
    error::{Code, FieldErrors, Problem},
    request::{
        ListParams, ListQuery,
        fields::{
            Boolean, Email, Optional, OptionalOrBlank, Partial, Password, Required, Text, Username,
        },
    },
    response::Reply,
};
pub(crate) use serde::{Deserialize, Serialize};
pub(crate) use utoipa::ToSchema;

pub(crate) use crate::{
    errors,
    state::{Api, ApiState},
};

/// The guard of an operation of this surface.
pub(crate) type Guard<P> = loggia_http::auth::Guard<Api, P>;

/// The body of a request to this surface.
pub(crate) type Body = loggia_http::request::Body<Drf>;

/// The fields of a request, or the error of reading its body.
pub(crate) type Sent<T> = Result<T, loggia_http::dialect::Reject<Drf>>;

/// The outcome of an operation of this surface.
pub(crate) type Response = loggia_http::response::Response<Drf>;

/// The services of this surface, as a handler receives them.
pub(crate) type State = actix_web::web::Data<ApiState>;
