//! The OpenAPI documents, Swagger UI, and the index page.

mod completion;
mod pages;
mod references;

use actix_web::web::Bytes;
use utoipa::openapi::OpenApi;

use crate::AnySurface;

pub use self::{
    completion::describe,
    pages::{mount, mount_swagger_page},
};

/// A document as text, created once and shared by all workers.
#[derive(Clone)]
pub struct Document {
    surface: AnySurface,
    /// How many paths it describes.
    paths: usize,
    json: Bytes,
}

impl Document {
    /// Writes a completed document. The text is all that is kept: the tree takes many times the memory.
    pub fn of(surface: AnySurface, api: &OpenApi) -> Self {
        let json = api.to_pretty_json().unwrap_or_default() + "\n";
        Self { surface, paths: api.paths.paths.len(), json: Bytes::from(json) }
    }

    /// Returns its surface.
    pub fn surface(&self) -> AnySurface {
        self.surface
    }

    /// Returns the document's text, as it is committed and served.
    pub fn json(&self) -> &[u8] {
        &self.json
    }
}
