//! `/api/upload/get-upload-url/`: URLs to which a client uploads one file. Source: docs/contract/api.md «Uploads».

mod grant;
mod receive;

use loggia_storage::Key;
use uuid::Uuid;

use self::grant::Grant;
use crate::prelude::*;

pub(super) use self::receive::mount;

/// Returns a URL to which one file can be uploaded.
///
/// Send the file with `PUT` to `url`, with the same `Content-Type`, within 15 minutes. A file has at most 10 MiB. The
/// URL needs no token and permits only this upload.
#[utoipa::path(
    post, path = "/api/upload/get-upload-url/", tag = "upload", operation_id = "api_upload_url",
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
)]
pub(super) async fn upload_url(_: Guard<Authenticated>, state: State, body: Body) -> Response {
    let (key, content_type) = body.read::<UploadRequest>().await?.check()?;
    let grant = Grant { key, content_type, expires_at: state.clock.now().plus(Grant::TTL) };
    let url = grant.url(&state.upload_cipher, &state.public_url);
    Ok(Reply::ok(&UploadOut { url }))
}

/// The file to upload.
#[derive(Deserialize, ToSchema)]
struct UploadRequest {
    /// The file's name. It may contain `/`, but no part of it is empty, `.` or `..`. Example: `garden.png`
    filename: Required<Text<255>>,
    /// The `Content-Type` of the upload. Example: `image/png`
    content_type: Required<Text<255>>,
    /// The folder of the file. Example: `pictures`
    folder: OptionalOrBlank<Text<255>>,
}

impl UploadRequest {
    /// Returns the key and the type. The key begins with a random name, so that no upload replaces another file.
    fn check(&self) -> Result<(Key, String), Problem> {
        let mut errors = FieldErrors::default();
        let filename = self.filename.read(&mut errors);
        let content_type = self.content_type.read(&mut errors);
        let folder = self.folder.read(&mut errors).into_column().flatten();
        if filename.as_deref().is_some_and(|name| Key::parse(name).is_err()) {
            self.filename.add(&mut errors, Code::Malformed);
        }
        if folder.as_deref().is_some_and(|name| Key::parse(name).is_err()) {
            self.folder.add(&mut errors, Code::Malformed);
        }
        if content_type.as_deref().is_some_and(|text| !is_header_value(text)) {
            self.content_type.add(&mut errors, Code::Malformed);
        }
        let (filename, content_type) = errors.require(filename.zip(content_type))?;
        let place = Uuid::new_v4().simple();
        let text = match folder {
            Some(folder) => format!("{place}/{folder}/{filename}"),
            None => format!("{place}/{filename}"),
        };
        // Both names are valid, but may be too long together.
        let key = Key::parse(&text).or(Err(Problem::field("filename", Code::Malformed)))?;
        Ok((key, content_type))
    }
}

fn is_header_value(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
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
