//! `/api/upload/get-upload-url/`: URLs to which a client uploads one file. Source: docs/contract/api.md «Uploads».

mod grant;
mod receive;

use actix_web::{post, web::Data};
use loggia_storage::Key;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use self::grant::Grant;
use crate::{Api, ApiState};
use loggia_http::{
    auth::Caller,
    dialect::{Drf, FieldErrorsOut},
    error::{Code, FieldErrors},
    request::{Body, Input, Read},
    response::{Reply, Response},
};

pub(super) use self::receive::mount;

/// Returns a URL to which one file can be uploaded.
///
/// Send the file with `PUT` to `url`, with the same `Content-Type`, within 15 minutes. A file has at most 10 MiB. The
/// URL needs no token and permits only this upload.
#[utoipa::path(
    tag = "upload",
    operation_id = "api_upload_url",
    request_body = UploadRequest,
    responses(
        (status = 200, body = UploadOut, description = "The URL to upload the file to."),
        (
            status = 400,
            description = "Validation failed. A field is missing, or a name is not a valid path.",
            body = FieldErrorsOut,
            example = json!({ "filename": ["Enter a valid value."] }),
        ),
    ),
    security(("bearer" = [])),
)]
#[post("/api/upload/get-upload-url/")]
pub(super) async fn upload_url(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    caller.required()?;
    let (key, content_type) = body.read::<UploadRequest>().await?.check()?;
    let grant = Grant {
        key,
        content_type,
        expires_at: state.clock.now().plus(Grant::TTL),
    };
    let url = grant.url(&state.upload_cipher, &state.public_url);
    Ok(Reply::ok(&UploadOut { url }))
}

#[derive(Default, Deserialize, ToSchema)]
struct UploadRequest {
    /// The file's name. It may contain `/`, but no part of it is empty, `.` or `..`.
    #[serde(default)]
    #[schema(value_type = String, required, max_length = 255, example = "garden.png")]
    filename: Input,
    /// The `Content-Type` of the upload.
    #[serde(default)]
    #[schema(value_type = String, required, max_length = 255, example = "image/png")]
    content_type: Input,
    /// The folder of the file.
    #[serde(default)]
    #[schema(value_type = String, max_length = 255, example = "pictures")]
    folder: Input,
}

/// Limit of each field in characters. Source: docs/contract/api.md «Uploads».
const MAX_CHARS: usize = 255;

impl UploadRequest {
    /// Returns the key and the type. The key begins with a random name, so that no upload replaces another file.
    fn check(&self) -> Result<(Key, String), FieldErrors> {
        let mut faults = FieldErrors::default();
        let required = Read::REQUIRED.max(MAX_CHARS);
        let folder = Read::OPTIONAL_OR_BLANK.max(MAX_CHARS);
        let filename = required.text(&mut faults, "filename", &self.filename);
        let content_type = required.text(&mut faults, "content_type", &self.content_type);
        let folder = folder.text(&mut faults, "folder", &self.folder);
        for (field, text) in [("filename", &filename), ("folder", &folder)] {
            if let Some(text) = text.as_deref().filter(|text| !text.is_empty())
                && Key::parse(text).is_err()
            {
                faults.add(field, Code::Malformed);
            }
        }
        // It must be a valid header value.
        if content_type
            .as_deref()
            .is_some_and(|text| !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
        {
            faults.add("content_type", Code::Malformed);
        }
        let (Some(filename), Some(content_type)) = (filename, content_type) else {
            return Err(faults);
        };
        faults.or(())?;
        let place = Uuid::new_v4().simple();
        let folder = folder.filter(|folder| !folder.is_empty());
        let text = match folder {
            Some(folder) => format!("{place}/{folder}/{filename}"),
            None => format!("{place}/{filename}"),
        };
        match Key::parse(&text) {
            Ok(key) => Ok((key, content_type)),
            // Both names are valid, but too long together.
            Err(_) => {
                let mut faults = FieldErrors::default();
                faults.add("filename", Code::Malformed);
                Err(faults)
            }
        }
    }
}

/// The URL to upload the file to.
#[derive(Serialize, ToSchema)]
struct UploadOut {
    #[schema(
        format = "uri",
        example = "https://accounts.example.com/uploads/0c8f5e2ad0be4ab39f5f1f1f3b1f6a57/pictures/garden.png?grant=Y2hhbmdlIG1l"
    )]
    url: String,
}
