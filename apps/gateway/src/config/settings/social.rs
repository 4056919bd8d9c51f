//! Settings of login with Google and GitHub.

use loggia_http::BaseUrl;

use crate::config::{List, Secret};

/// Settings of login with Google and GitHub.
#[derive(Clone, Debug, clap::Args)]
pub struct SocialSettings {
    /// Google client ids accepted at login, separated by commas; no effect yet [default: none]
    #[arg(
        long,
        env = "LOGGIA_GOOGLE_CLIENT_ID",
        global = true,
        hide_short_help = true,
        value_name = "IDS",
        default_value = "",
        hide_default_value = true
    )]
    pub google_client_id: List<String>,

    /// URL of Google's keys; no effect yet
    #[arg(
        long,
        env = "LOGGIA_GOOGLE_JWKS_URL",
        global = true,
        hide_short_help = true,
        value_name = "URL"
    )]
    pub google_jwks_url: Option<BaseUrl>,

    /// GitHub client id; no effect yet [default: none]
    #[arg(
        long,
        env = "LOGGIA_GITHUB_CLIENT_ID",
        global = true,
        hide_short_help = true,
        value_name = "ID"
    )]
    pub github_client_id: Option<String>,

    /// GitHub client secret; no effect yet
    #[arg(
        long,
        env = "LOGGIA_GITHUB_CLIENT_SECRET",
        global = true,
        hide_short_help = true,
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub github_client_secret: Option<Secret>,

    /// URL of GitHub, for GitHub Enterprise; no effect yet
    #[arg(
        long,
        env = "LOGGIA_GITHUB_URL",
        global = true,
        hide_short_help = true,
        value_name = "URL"
    )]
    pub github_url: Option<BaseUrl>,

    /// URL of GitHub's API, for GitHub Enterprise; no effect yet
    #[arg(
        long,
        env = "LOGGIA_GITHUB_API_URL",
        global = true,
        hide_short_help = true,
        value_name = "URL"
    )]
    pub github_api_url: Option<BaseUrl>,
}
