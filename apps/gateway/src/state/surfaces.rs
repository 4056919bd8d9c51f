//! Each surface's part of the services, and the use cases on them.

use std::sync::Arc;

use actix_web::web::{self, Data};
use loggia_application::{
    AccountManagement, Authorization, ContentManagement, PermissionManagement, RoleAssignment,
    RoleManagement,
};
use loggia_surface_api::ApiState;
use loggia_surface_djoser::DjoserState;
use loggia_surface_users::UsersState;
use loggia_surface_v1::V1State;

use super::Services;

impl Services {
    /// Registers each surface's part of the services as application data.
    pub fn mount_state(&self, config: &mut web::ServiceConfig) {
        config
            .app_data(Data::new(self.idempotency_keys.clone()))
            .app_data(Data::new(self.db.clone()))
            .app_data(Data::new(self.djoser()))
            .app_data(Data::new(self.users()))
            .app_data(Data::new(self.api()))
            .app_data(Data::new(self.v1()));
    }

    fn authorization(&self) -> Authorization {
        Authorization::new(Arc::clone(&self.administration), Arc::clone(&self.assignments))
    }

    fn account_management(&self) -> AccountManagement {
        AccountManagement::new(
            Arc::clone(&self.accounts),
            Arc::clone(&self.administration),
            Arc::clone(&self.roles),
            Arc::clone(&self.assignments),
        )
    }

    fn djoser(&self) -> DjoserState {
        DjoserState {
            db: self.db.clone(),
            accounts: Arc::clone(&self.accounts),
            account_management: self.account_management(),
            sessions: Arc::clone(&self.sessions),
            passwords: Arc::clone(&self.passwords),
            one_time: Arc::clone(&self.one_time),
            public_url: self.options.public_url.clone(),
        }
    }

    fn users(&self) -> UsersState {
        UsersState {
            db: self.db.clone(),
            accounts: Arc::clone(&self.accounts),
            sessions: Arc::clone(&self.sessions),
            passwords: Arc::clone(&self.passwords),
        }
    }

    fn api(&self) -> ApiState {
        let authorization = self.authorization();
        ApiState {
            db: self.db.clone(),
            accounts: Arc::clone(&self.accounts),
            account_management: self.account_management(),
            role_management: RoleManagement::new(authorization.clone(), Arc::clone(&self.roles)),
            permission_management: PermissionManagement::new(
                authorization.clone(),
                Arc::clone(&self.permissions),
            ),
            role_assignment: RoleAssignment::new(
                authorization.clone(),
                Arc::clone(&self.accounts),
                Arc::clone(&self.roles),
                Arc::clone(&self.assignments),
            ),
            content_management: ContentManagement::new(authorization, Arc::clone(&self.entries)),
            sessions: Arc::clone(&self.sessions),
            passwords: Arc::clone(&self.passwords),
            one_time: Arc::clone(&self.one_time),
            permissions: Arc::clone(&self.permissions),
            roles: Arc::clone(&self.roles),
            assignments: Arc::clone(&self.assignments),
            entries: Arc::clone(&self.entries),
            upload_cipher: self.upload_cipher.clone(),
            storage: self.storage.clone(),
            clock: Arc::clone(&self.clock),
            public_url: self.options.public_url.clone(),
        }
    }

    fn v1(&self) -> V1State {
        V1State {
            db: self.db.clone(),
            accounts: Arc::clone(&self.accounts),
            sessions: Arc::clone(&self.sessions),
            passwords: Arc::clone(&self.passwords),
            one_time: Arc::clone(&self.one_time),
            organizations: Arc::clone(&self.organizations),
            contacts: Arc::clone(&self.contacts),
            tags: Arc::clone(&self.tags),
            cursor_cipher: self.cursor_cipher.clone(),
            throttles: self.throttles.clone(),
            rates: self.options.rates,
        }
    }
}
