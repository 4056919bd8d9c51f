//! The upload of files to granted URLs.
//!
//! Source: docs/contract/api.md «Uploads».

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self, Data, Payload, Query},
};
use futures_util::StreamExt;
use loggia_storage::Upload;
use serde::Deserialize;

use crate::{
    errors::{INVALID_UPLOAD_LINK, WRONG_UPLOAD_TYPE},
    state::ApiState,
};
use loggia_http::{
    dialect::{Drf, Reject},
    error::Problem,
};

use super::grant::Grant;

/// Limit of a file in bytes. Source: docs/contract/README.md «Request limits».
const MAX_BYTES: usize = 10 * 1024 * 1024;

/// The longest pause within an upload. Source: docs/contract/README.md «Request limits».
const MAX_SILENCE: Duration = Duration::from_secs(30);

/// Registers the upload path. It is not in the document, because clients use it only through granted URLs.
pub(crate) fn mount(config: &mut web::ServiceConfig) {
    config.route("/uploads/{key:.+}", web::put().to(receive));
}

/// The query of an upload URL.
#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    grant: String,
}

/// Stores an uploaded file. Responds like Google Cloud Storage: 200 without a body once the file is stored durably, 403
/// if the request does not match the grant.
async fn receive(
    request: HttpRequest,
    state: Data<ApiState>,
    key: web::Path<String>,
    link: Option<Query<Link>>,
    payload: Payload,
) -> Result<HttpResponse, Reject<Drf>> {
    let encrypted = link.map(|Query(link)| link.grant).unwrap_or_default();
    let grant = Grant::decrypt(&state.upload_cipher, &encrypted)
        .filter(|grant| grant.key.as_str() == *key && state.clock.now() < grant.expires_at)
        .ok_or(INVALID_UPLOAD_LINK)?;
    let sent_type = request.headers().get(header::CONTENT_TYPE);
    if sent_type.is_none_or(|sent| sent.as_bytes() != grant.content_type.as_bytes()) {
        return Err(WRONG_UPLOAD_TYPE.into());
    }
    let mut upload = state.storage.write(&grant.key).await?;
    append_all(&mut upload, payload).await?;
    upload.finish().await?;
    Ok(HttpResponse::Ok().finish())
}

async fn append_all(upload: &mut Upload, mut payload: Payload) -> Result<(), Problem> {
    let mut size = 0;
    loop {
        let next = tokio::time::timeout(MAX_SILENCE, payload.next()).await;
        match next {
            Ok(None) => return Ok(()),
            Ok(Some(Ok(chunk))) => {
                size += chunk.len();
                if size > MAX_BYTES {
                    return Err(Problem::TooLarge);
                }
                upload.append(chunk).await?;
            }
            Ok(Some(Err(error))) => {
                tracing::debug!(%error, "a file did not arrive whole");
                return Err(Problem::Malformed);
            }
            Err(_) => return Err(Problem::TooSlow),
        }
    }
}
