//! The faces: one folder for each family of paths.

pub mod api;
pub mod djoser;
pub mod users;
pub mod v1;

use actix_web::{App, web};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{OpenApi, RefOr, Schema},
};
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};

use crate::{
    dialect::{DetailOut, FailedOut, FieldErrorsOut, NinjaErrorOut},
    front::Face,
};

/// A family of paths with its document.
pub struct Published {
    /// Its name in the settings.
    pub name: &'static str,
    /// Where its document is served.
    pub document: &'static str,
    /// Whose manners apply.
    pub face: Face,
    /// The document's title.
    pub title: &'static str,
    /// What it says of itself.
    pub description: &'static str,
    /// What it says of credentials.
    pub credentials: &'static str,
    /// The document's version.
    pub version: &'static str,
    /// What a request that is at fault may be answered with: schemas by name.
    pub invalid_schemas: &'static [&'static str],
    /// The schema of every other refusal.
    pub refusal_schema: &'static str,
    mount: fn(&mut ServiceConfig<'_>),
}

/// All faces, in the order in which Swagger UI lists them.
pub const SURFACES: [Published; 4] = [
    Published {
        name: "djoser",
        document: "/openapi/djoser.json",
        face: Face::Djoser,
        title: "Loggia: djoser",
        description: "Registration, log-in, profile and password reset under `/auth/`, as djoser has them.",
        credentials: "A token of `/auth/token/login/`, or an access token of `/auth/jwt/create/`.",
        version: env!("CARGO_PKG_VERSION"),
        invalid_schemas: &["FieldErrorsOut", "DetailOut"],
        refusal_schema: "DetailOut",
        mount: djoser::routes,
    },
    Published {
        name: "users",
        document: "/openapi/users.json",
        face: Face::Users,
        title: "Loggia: users",
        description: "Users and their log-in under `/api/users/`, every answer in an envelope.",
        credentials: "An access token, as `/api/users/login/` gives it.",
        version: env!("CARGO_PKG_VERSION"),
        invalid_schemas: &["FailedOut"],
        refusal_schema: "FailedOut",
        mount: users::routes,
    },
    Published {
        name: "api",
        document: "/openapi/api.json",
        face: Face::Api,
        title: "Loggia: api",
        description: "Log-in, people, roles and permissions, and content under `/api/`.",
        credentials: "An access token, as `/api/auth/login/` gives it.",
        version: env!("CARGO_PKG_VERSION"),
        invalid_schemas: &["FieldErrorsOut", "DetailOut"],
        refusal_schema: "DetailOut",
        mount: api::routes,
    },
    Published {
        name: "v1",
        document: "/openapi/v1.json",
        face: Face::V1,
        title: "Django API Starter",
        description: "Loggia's face of the Django Ninja starter: accounts, organisations, contacts and tags under `/api/v1/`, without numeric ids.",
        credentials: "An access token, as `/api/v1/token/pair` gives it.",
        // Source: docs/contract/v1.md «Paths».
        version: "v1",
        invalid_schemas: &["NinjaErrorOut"],
        refusal_schema: "NinjaErrorOut",
        mount: v1::routes,
    },
];

impl Published {
    /// Puts its handlers into the application.
    pub fn mount(&self, config: &mut web::ServiceConfig) {
        (self.mount)(&mut ServiceConfig::new(config));
    }

    /// What its handlers say of themselves.
    pub fn openapi(&self) -> OpenApi {
        let app = App::new().into_utoipa_app().configure(self.mount);
        app.split_for_parts().1
    }

    /// The schemas of its refusals.
    pub fn error_schemas(&self) -> Vec<(String, RefOr<Schema>)> {
        match self.face {
            Face::Djoser | Face::Api => {
                let mut both = schemas::<FieldErrorsOut>();
                both.extend(schemas::<DetailOut>());
                both
            }
            Face::Users => schemas::<FailedOut>(),
            Face::V1 => schemas::<NinjaErrorOut>(),
        }
    }
}

fn schemas<T: ToSchema + PartialSchema>() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    schemas
}
