#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod account_fields;
mod admin;
mod content;
mod emails;
mod passwords;
mod path;
mod permission;
mod permissions;
mod profile;
mod register;
mod roles;
mod sessions;
mod state;
mod uploads;
mod user_roles;
mod users;

use actix_web::web;
use loggia_http::{
    Surface,
    auth::{self, Credential, Handlers},
    dialect::Drf,
    email::EmailTemplate,
};
use utoipa_actix_web::service_config::ServiceConfig;

pub use self::state::ApiState;

/// The surface `api`: paths below `/api/` that no other surface serves.
pub struct Api;

impl Surface for Api {
    type Dialect = Drf;

    const NAME: &'static str = "api";
    const PREFIXES: &'static [&'static str] = &["/"];
    const TITLE: &'static str = "Loggia: api";
    const DESCRIPTION: &'static str = "\
        Login, profile, administration of accounts, roles and permissions, uploads, and published \
        content under `/api/`.";
    const CREDENTIALS: &'static str = "The access token of `/api/auth/login/`.";
    const DOCUMENT_PATH: &'static str = "/openapi/api.json";
    const UNLOGGED_PREFIXES: &'static [&'static str] = &["/uploads/"];

    fn credential(header: Option<&str>) -> Credential<'_> {
        auth::bearer(header)
    }

    fn routes(config: &mut ServiceConfig<'_>) {
        config
            .service(register::register)
            .service(sessions::login)
            .service(sessions::refresh_access)
            .service(sessions::logout)
            .service(profile::me)
            .service(profile::replace_me)
            .service(profile::update_me)
            .service(profile::profile)
            .service(profile::replace_profile)
            .service(profile::update_profile)
            .service(passwords::change)
            .service(passwords::request_reset)
            .service(passwords::confirm_reset)
            .service(uploads::upload_url)
            .handler(users::list, users::__path_list)
            .handler(users::create, users::__path_create)
            .handler(users::retrieve, users::__path_retrieve)
            .handler(users::replace, users::__path_replace)
            .handler(users::update, users::__path_update)
            .handler(users::destroy, users::__path_destroy)
            .handler(roles::list, roles::__path_list)
            .handler(roles::create, roles::__path_create)
            .handler(roles::retrieve, roles::__path_retrieve)
            .handler(roles::replace, roles::__path_replace)
            .handler(roles::update, roles::__path_update)
            .handler(roles::destroy, roles::__path_destroy)
            .handler(permissions::list, permissions::__path_list)
            .handler(permissions::create, permissions::__path_create)
            .handler(permissions::retrieve, permissions::__path_retrieve)
            .handler(permissions::replace, permissions::__path_replace)
            .handler(permissions::update, permissions::__path_update)
            .handler(permissions::destroy, permissions::__path_destroy)
            .handler(user_roles::list, user_roles::__path_list)
            .handler(user_roles::create, user_roles::__path_create)
            .handler(user_roles::retrieve, user_roles::__path_retrieve)
            .handler(user_roles::destroy, user_roles::__path_destroy)
            .handler(admin::list, admin::__path_list)
            .handler(admin::create, admin::__path_create)
            .handler(admin::retrieve, admin::__path_retrieve)
            .handler(admin::replace, admin::__path_replace)
            .handler(admin::update, admin::__path_update)
            .handler(admin::destroy, admin::__path_destroy)
            .handler(
                admin::actions::toggle_active,
                admin::actions::__path_toggle_active,
            )
            .handler(
                admin::actions::change_role,
                admin::actions::__path_change_role,
            )
            .service(content::services::list)
            .service(content::services::create)
            .service(content::services::retrieve)
            .service(content::services::replace)
            .service(content::services::update)
            .service(content::services::destroy)
            .service(content::projects::list)
            .service(content::projects::create)
            .service(content::projects::retrieve)
            .service(content::projects::replace)
            .service(content::projects::update)
            .service(content::projects::destroy)
            .service(content::blog::list)
            .service(content::blog::create)
            .service(content::blog::retrieve)
            .service(content::blog::replace)
            .service(content::blog::update)
            .service(content::blog::destroy);
    }

    fn undocumented_routes(config: &mut web::ServiceConfig) {
        uploads::mount(config);
    }

    fn email_templates() -> &'static [EmailTemplate] {
        &emails::ALL
    }
}

#[cfg(test)]
mod tests;
