//! The floor: a bare actix-web server that verifies the same token, asks the same one query and writes the same profile.
//! Nothing is cheaper that still does the work, so the distance from here is what the server's manners cost.

use std::{net::SocketAddr, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::header,
    web::{self, Data},
};
use anyhow::{Context, Result};
use chrono::SecondsFormat;
use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, Queryable};
use diesel_async::RunQueryDsl;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use loggia_db::{Db, OptionalExt, run};
use loggia_kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// As the server's.
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

diesel::table! {
    accounts (id) {
        id -> BigInt,
        public_id -> Text,
        slug -> Text,
        username -> Text,
        email -> Nullable<Text>,
        first_name -> Text,
        last_name -> Text,
        phone_number -> Text,
        company_name -> Text,
        about -> Text,
        location -> Text,
        avatar_path -> Nullable<Text>,
        role -> Text,
        is_active -> Bool,
        is_staff -> Bool,
        is_superuser -> Bool,
        last_login_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        account_id -> BigInt,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(accounts, sessions);

/// All that the server reads of an account, needed here or not: it is the same query.
#[derive(Queryable)]
#[expect(dead_code, reason = "read because the server reads it")]
struct Account {
    id: i64,
    public_id: String,
    slug: String,
    username: String,
    email: Option<String>,
    first_name: String,
    last_name: String,
    phone_number: String,
    company_name: String,
    about: String,
    location: String,
    avatar_path: Option<String>,
    role: String,
    is_active: bool,
    is_staff: bool,
    is_superuser: bool,
    last_login_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Deserialize)]
struct Claims {
    token_type: String,
    sub: String,
    sid: String,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct Profile<'a> {
    email: Option<&'a str>,
    first_name: &'a str,
    last_name: &'a str,
    username: &'a str,
    slug: &'a str,
    location: &'a str,
    about: &'a str,
    avatar_path: Option<&'a str>,
    notification_preferences: Empty,
    created_at: String,
}

struct Shared {
    db: Db,
    key: DecodingKey,
    validation: Validation,
}

/// Serves until it is killed.
pub(crate) async fn serve(args: Args) -> Result<()> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = 0;
    let shared = Data::new(Shared {
        db: Db::open(&args.database_url, args.database_pool).await?,
        key: DecodingKey::from_secret(args.secret_key.as_bytes()),
        validation,
    });
    HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .route("/api/v1/users/me", web::get().to(me))
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

async fn me(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    let Some(claims) = claims(&request, &shared) else {
        return HttpResponse::Unauthorized().finish();
    };
    match account(&shared.db, &claims).await {
        Ok(Some((account, None))) if account.is_active => profile(&account),
        Ok(_) => HttpResponse::Unauthorized().finish(),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

fn claims(request: &HttpRequest, shared: &Shared) -> Option<Claims> {
    let value = request.headers().get(header::AUTHORIZATION)?;
    let token = value.to_str().ok()?.strip_prefix("Bearer ")?;
    let claims = decode::<Claims>(token, &shared.key, &shared.validation)
        .ok()?
        .claims;
    (claims.token_type == "access").then_some(claims)
}

/// The account, and when the session was ended if it was. The server's query, word for word.
async fn account(
    db: &Db,
    claims: &Claims,
) -> loggia_db::Result<Option<(Account, Option<Timestamp>)>> {
    let mut conn = db.read().await?;
    let conn = &mut conn;
    run!(conn, |c| sessions::table
        .inner_join(accounts::table.on(sessions::account_id.eq(accounts::id)))
        .filter(
            sessions::id
                .eq(&claims.sid)
                .and(accounts::public_id.eq(&claims.sub))
        )
        .select((accounts::all_columns, sessions::revoked_at))
        .first(c))
    .optional()
}

fn profile(account: &Account) -> HttpResponse {
    HttpResponse::Ok().json(Profile {
        email: account.email.as_deref(),
        first_name: &account.first_name,
        last_name: &account.last_name,
        username: &account.username,
        slug: &account.slug,
        location: &account.location,
        about: &account.about,
        avatar_path: account.avatar_path.as_deref(),
        notification_preferences: Empty {},
        created_at: account
            .created_at
            .to_utc()
            .to_rfc3339_opts(SecondsFormat::Micros, false),
    })
}
