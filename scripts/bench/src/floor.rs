//! The floor: a bare actix-web server that verifies the same token, executes the same queries and writes the same
//! responses, on plain diesel-async and diesel. Nothing that does the same work is cheaper, so the distance from it is the
//! overhead of the server, that of `loggia-db` included.

mod contacts;
mod database;
mod member;
mod pages;
mod profile;
mod schema;

use std::{net::SocketAddr, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::header,
    web::{self, Data},
};
use anyhow::{Context, Result};
use chrono::SecondsFormat;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use loggia_kernel::Timestamp;
use serde::Deserialize;

use self::database::Database;

/// The server's keep-alive timeout.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8001")]
    bind: SocketAddr,
    /// A database that the server has migrated
    #[arg(long, value_name = "URL")]
    database_url: String,
    /// Database connections; with SQLite, readers
    #[arg(long, value_name = "N", default_value_t = 16)]
    database_pool: usize,
    /// The key of the server's tokens
    #[arg(long, value_name = "KEY")]
    secret_key: String,
    /// HTTP workers
    #[arg(long, value_name = "N", default_value_t = 2)]
    workers: usize,
}

#[derive(Deserialize)]
struct Claims {
    token_type: String,
    sub: String,
    sid: String,
}

struct Shared {
    database: Database,
    key: DecodingKey,
    validation: Validation,
}

/// Serves until it is killed.
pub(crate) async fn serve(args: Args) -> Result<()> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = 0;
    let shared = Data::new(Shared {
        database: Database::open(&args.database_url, args.database_pool)?,
        key: DecodingKey::from_secret(args.secret_key.as_bytes()),
        validation,
    });
    HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .route("/api/v1/users/me", web::get().to(profile::retrieve))
            .route("/api/v1/users/me", web::patch().to(profile::update))
            .route("/api/v1/contacts/", web::get().to(contacts::list_first))
            .route("/api/v1/contacts/", web::post().to(contacts::create))
    })
    .workers(args.workers)
    .keep_alive(KEEP_ALIVE)
    .tcp_nodelay(true)
    .disable_signals()
    .bind(args.bind)
    .with_context(|| format!("cannot listen on {}", args.bind))?
    .run()
    .await?;
    Ok(())
}

/// Returns the caller, if the token is valid and the account is active.
///
/// # Errors
/// The error response.
async fn member(
    request: &HttpRequest,
    shared: &Shared,
) -> std::result::Result<member::Member, HttpResponse> {
    let claims = claims(request, shared).ok_or_else(|| HttpResponse::Unauthorized().finish())?;
    match member::find(&shared.database, &claims).await {
        Ok(Some(member)) if member.account.is_active && member.revoked_at.is_none() => Ok(member),
        Ok(_) => Err(HttpResponse::Unauthorized().finish()),
        Err(_) => Err(HttpResponse::ServiceUnavailable().finish()),
    }
}

fn claims(request: &HttpRequest, shared: &Shared) -> Option<Claims> {
    let value = request.headers().get(header::AUTHORIZATION)?;
    let token = value.to_str().ok()?.strip_prefix("Bearer ")?;
    let claims = decode::<Claims>(token, &shared.key, &shared.validation).ok()?.claims;
    (claims.token_type == "access").then_some(claims)
}

/// Formats a time as `v1` does.
fn written(time: Timestamp) -> String {
    time.to_utc().to_rfc3339_opts(SecondsFormat::Micros, false)
}
