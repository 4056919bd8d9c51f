//! Names that the handlers of this surface use.

pub(crate) use actix_web::web::Path;
pub(crate) use loggia_db::Work;
pub(crate) use loggia_http::{
    auth::{Anyone, Authenticated, Member},
    dialect::NinjaErrorOut,
    error::{Code, FieldErrors, Problem},
    request::{
        IdempotencyKey, Input,
        fields::{Nullable, NullableOrBlank, Optional, QueryFields, Raw, Required},
    },
    response::Reply,
};
pub(crate) use serde::{Deserialize, Serialize};
pub(crate) use utoipa::ToSchema;

pub(crate) use crate::{
    errors,
    page::{PageOut, PageQuery},
    paths::{ContactPath, MemberPath, ObjectPath, OrgPath, TagIdPath, TagPath},
    responses::{NoticeOut, moment, notice},
    state::{V1, V1State},
};

/// The guard of an operation of this surface.
pub(crate) type Guard<P> = loggia_http::auth::Guard<V1, P>;

/// The caller of an operation that belongs to an organization.
pub(crate) type Tenant = loggia_http::auth::Tenant<V1>;

/// The body of a request to this surface.
pub(crate) type Body = loggia_http::request::Body<loggia_http::dialect::Ninja>;

/// The outcome of an operation of this surface.
pub(crate) type Response = loggia_http::response::Response<loggia_http::dialect::Ninja>;

/// The services of this surface, as a handler receives them.
pub(crate) type State = actix_web::web::Data<V1State>;
