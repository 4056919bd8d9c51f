//! `loggia openapi`: the documents, without a server.

use std::io::{self, Write};

use loggia_http::{
    AnySurface,
    openapi::{self, Document},
};
use serde_json::{Map, Value};

use super::{Error, Result};
use crate::surfaces::SURFACES;

/// Prints the document of a surface exactly as it is served; without a surface, all documents in one object by name.
pub(super) fn print(surface: Option<AnySurface>) -> Result<()> {
    let mut documents =
        SURFACES.iter().map(|surface| Document::of(*surface, &openapi::describe(surface)));
    let text = match surface {
        Some(surface) => {
            let document = documents.find(|document| document.surface() == surface);
            let Some(document) = document else {
                return Err(Error::refused("this surface has no document"));
            };
            document.json().to_vec()
        }
        None => {
            let mut all = Map::new();
            for document in documents {
                let value: Value =
                    serde_json::from_slice(document.json()).map_err(io::Error::from)?;
                all.insert(document.surface().name().to_owned(), value);
            }
            let mut text = serde_json::to_vec_pretty(&all).map_err(io::Error::from)?;
            text.push(b'\n');
            text
        }
    };
    Ok(io::stdout().lock().write_all(&text)?)
}
