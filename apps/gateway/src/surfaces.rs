//! The surfaces that this program serves.

use loggia_http::{AnySurface, Surface, email::EmailTemplate};
use loggia_surface_api::Api;
use loggia_surface_djoser::Djoser;
use loggia_surface_users::Users;
use loggia_surface_v1::V1;

/// All surfaces, in the order in which Swagger UI lists them.
pub const SURFACES: [AnySurface; 4] = [
    AnySurface::of::<Djoser>(),
    AnySurface::of::<Users>(),
    AnySurface::of::<Api>(),
    AnySurface::of::<V1>(),
];

/// The names of the surfaces, as in settings.
pub const NAMES: [&str; 4] = [Djoser::NAME, Users::NAME, Api::NAME, V1::NAME];

/// Returns the surface with this name.
///
/// # Errors
/// A message that lists the valid names.
pub fn by_name(name: &str) -> Result<AnySurface, String> {
    SURFACES
        .into_iter()
        .find(|surface| surface.name() == name)
        .ok_or_else(|| format!("{name} is none of {}", NAMES.join(", ")))
}

/// Returns the email template with this name, whether its surface is enabled or not: a job may be older than the
/// setting.
pub fn email_template(name: &str) -> Option<EmailTemplate> {
    let mut templates = SURFACES.iter().flat_map(AnySurface::email_templates);
    templates.find(|template| template.name == name).copied()
}
