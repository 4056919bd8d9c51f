#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod errors;
mod prelude;
mod profile;
mod register;
mod sessions;
mod state;
mod status;
mod success;
mod user;

use loggia_http::{
    Routes, Surface,
    auth::{self, Credential},
    dialect::Envelope,
};

pub use self::state::{Users, UsersState};

impl Surface for Users {
    type Dialect = Envelope;

    const NAME: &'static str = "users";
    const PREFIXES: &'static [&'static str] = &[];
    const TITLE: &'static str = "Loggia: users";
    const DESCRIPTION: &'static str = "\
        Registration, login, logout, token refresh and the caller's profile under `/api/users/`. Every \
        response except the token refresh is wrapped in an envelope with `status` and `message`.";
    const CREDENTIALS: &'static str = "The access token of `/api/users/login/`.";
    const DOCUMENT_PATH: &'static str = "/openapi/users.json";

    fn credential(header: Option<&str>) -> Credential<'_> {
        auth::bearer(header)
    }

    fn routes(list: &mut Routes<'_>) {
        list.handler(status::status, status::__path_status)
            .handler(register::register, register::__path_register)
            .handler(sessions::login, sessions::__path_login)
            .handler(sessions::logout, sessions::__path_logout)
            .handler(sessions::refresh_token, sessions::__path_refresh_token)
            .handler(profile::retrieve, profile::__path_retrieve);
    }
}
