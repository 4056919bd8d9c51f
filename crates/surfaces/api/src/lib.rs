#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod account_fields;
mod admin;
mod content;
mod emails;
mod errors;
mod passwords;
mod path;
mod permission;
mod permissions;
mod prelude;
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
    Routes, Surface,
    auth::{self, Credential},
    dialect::Drf,
    email::EmailTemplate,
};

use self::content::{blog, projects, services};
pub use self::state::{Api, ApiState};

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

    fn routes(list: &mut Routes<'_>) {
        list.handler(register::register, register::__path_register)
            .handler(sessions::login, sessions::__path_login)
            .handler(sessions::refresh_access, sessions::__path_refresh_access)
            .handler(sessions::logout, sessions::__path_logout)
            .handler(profile::me, profile::__path_me)
            .handler(profile::replace_me, profile::__path_replace_me)
            .handler(profile::update_me, profile::__path_update_me)
            .handler(profile::profile, profile::__path_profile)
            .handler(profile::replace_profile, profile::__path_replace_profile)
            .handler(profile::update_profile, profile::__path_update_profile)
            .handler(passwords::change, passwords::__path_change)
            .handler(passwords::request_reset, passwords::__path_request_reset)
            .handler(passwords::confirm_reset, passwords::__path_confirm_reset)
            .handler(uploads::upload_url, uploads::__path_upload_url)
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
            .handler(admin::actions::toggle_active, admin::actions::__path_toggle_active)
            .handler(admin::actions::change_role, admin::actions::__path_change_role)
            .handler(services::list, services::__path_list)
            .handler(services::create, services::__path_create)
            .handler(services::retrieve, services::__path_retrieve)
            .handler(services::replace, services::__path_replace)
            .handler(services::update, services::__path_update)
            .handler(services::destroy, services::__path_destroy)
            .handler(projects::list, projects::__path_list)
            .handler(projects::create, projects::__path_create)
            .handler(projects::retrieve, projects::__path_retrieve)
            .handler(projects::replace, projects::__path_replace)
            .handler(projects::update, projects::__path_update)
            .handler(projects::destroy, projects::__path_destroy)
            .handler(blog::list, blog::__path_list)
            .handler(blog::create, blog::__path_create)
            .handler(blog::retrieve, blog::__path_retrieve)
            .handler(blog::replace, blog::__path_replace)
            .handler(blog::update, blog::__path_update)
            .handler(blog::destroy, blog::__path_destroy);
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
