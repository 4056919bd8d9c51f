//! Names that the handlers of this surface use.

pub(crate) use loggia_http::{
    auth::{Anyone, Authenticated},
    dialect::{Envelope, FailedOut},
    error::{Code, FieldErrors, Problem},
    request::{
        Input,
        fields::{Email, EmailText, OptionalOrBlank, Password, Raw, Required, Text},
    },
    response::Reply,
};
pub(crate) use serde::Deserialize;
pub(crate) use utoipa::ToSchema;

pub(crate) use crate::{
    errors,
    state::{Users, UsersState},
    success::{MessageOut, SuccessOut},
    user::{SignedInOut, UserOut},
};

/// The guard of an operation of this surface.
pub(crate) type Guard<P> = loggia_http::auth::Guard<Users, P>;

/// The body of a request to this surface.
pub(crate) type Body = loggia_http::request::Body<Envelope>;

/// The outcome of an operation of this surface.
pub(crate) type Response = loggia_http::response::Response<Envelope>;

/// The services of this surface, as a handler receives them.
pub(crate) type State = actix_web::web::Data<UsersState>;
