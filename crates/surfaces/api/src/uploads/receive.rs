//! Uploads past the API: links under which a client puts one file by itself, and what takes the file in.
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

use crate::ApiState;
use loggia_http::{
    dialect::{Drf, Reject},
    error::{Problem, Refusal},
};

use super::grant::Grant;

/// The largest file, in bytes. Source: docs/contract/README.md «Request limits».
const MAX_BYTES: usize = 10 * 1024 * 1024;

/// How long a client may fall silent in the middle of a file.
const MAX_SILENCE: Duration = Duration::from_secs(30);

/// Takes files in. Not in the documents: whoever has a link knows all there is to know.
pub(crate) fn mount(config: &mut web::ServiceConfig) {
    config.route("/uploads/{key:.+}", web::put().to(receive));
}

/// What a link carries beside the path.
#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    grant: String,
}

/// Takes in a file. As Google Cloud Storage does, 200 without a body once it is there to stay, and 403 where the request is
/// not the one that the link was made for.
async fn receive(
    request: HttpRequest,
    state: Data<ApiState>,
    key: web::Path<String>,
    link: Option<Query<Link>>,
    payload: Payload,
) -> Result<HttpResponse, Reject<Drf>> {
    let sealed = link.map(|Query(link)| link.grant).unwrap_or_default();
    let grant = Grant::opened(&state.seal, &sealed)
        .filter(|grant| grant.key.as_str() == *key && state.clock.now() < grant.expires_at)
        .ok_or(Refusal::BadUploadLink)?;
    let sent_type = request.headers().get(header::CONTENT_TYPE);
    if sent_type.is_none_or(|sent| sent.as_bytes() != grant.content_type.as_bytes()) {
        return Err(Refusal::WrongUploadType.into());
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
