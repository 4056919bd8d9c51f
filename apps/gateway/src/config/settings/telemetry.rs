//! Settings of the log and of traces.

use loggia_http::BaseUrl;

use crate::config::LogFormat;

/// Settings of the log and of traces.
#[derive(Clone, Debug, clap::Args)]
pub struct TelemetrySettings {
    /// What to log: a level, or `target=level` separated by commas
    #[arg(
        long,
        env = "LOGGIA_LOG",
        global = true,
        hide_short_help = true,
        value_name = "FILTER",
        default_value = "info"
    )]
    pub log: String,

    /// Format of log lines
    #[arg(
        long,
        env = "LOGGIA_LOG_FORMAT",
        global = true,
        hide_short_help = true,
        value_name = "FORMAT",
        default_value = "auto"
    )]
    pub log_format: LogFormat,

    /// URL of an OpenTelemetry collector that receives spans: OTLP over HTTP; needs the feature `otel` [default: none]
    #[arg(
        long,
        env = "LOGGIA_OTLP_ENDPOINT",
        global = true,
        hide_short_help = true,
        value_name = "URL"
    )]
    pub otlp_endpoint: Option<BaseUrl>,
}
