//! The floor: a bare actix-web server that verifies the same token, executes the same queries and writes the same
//! responses, on plain diesel-async and diesel. Nothing that does the same work is cheaper, so the distance from it is the
//! overhead of the server, that of `loggia-db` included.

mod contacts;
mod database;
mod member;
mod pages;
mod profile;
mod schema;
mod shared;
mod timestamp;
mod tokens;

use std::{net::SocketAddr, time::Duration};

use actix_web::{
    App, HttpServer,
    web::{self, Data},
};
use anyhow::{Context, Result};

use self::{database::Database, shared::Shared, tokens::Tokens};

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

/// Serves until it is killed.
pub(crate) async fn serve(args: Args) -> Result<()> {
    let shared = Data::new(Shared {
        database: Database::open(&args.database_url, args.database_pool)?,
        tokens: Tokens::new(&args.secret_key),
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
