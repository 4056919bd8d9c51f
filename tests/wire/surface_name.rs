//! Names of the surfaces in this suite.

use loggia_http::AnySurface;

/// A surface, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SurfaceName {
    /// `/auth/`
    Djoser,
    /// `/api/users/<word>/`
    Users,
    /// `/api/`
    Api,
    /// `/api/v1/`
    V1,
}

impl SurfaceName {
    /// Returns the name of a surface.
    pub(crate) fn of(surface: AnySurface) -> Self {
        match surface.name() {
            "djoser" => Self::Djoser,
            "users" => Self::Users,
            "api" => Self::Api,
            "v1" => Self::V1,
            other => panic!("the suite does not know the surface {other}"),
        }
    }

    /// Returns whether Django REST framework's rules apply.
    pub(crate) fn is_rest_framework(self) -> bool {
        self != Self::V1
    }
}
