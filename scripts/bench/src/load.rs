//! The load: connections that each send a request, wait for the response, and send the next one.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tokio::{task::JoinSet, time};

use crate::{http, report};

/// The time a response may take at the end of a load before the load fails.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where the server listens
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8000")]
    address: SocketAddr,
    /// The path to request
    #[arg(long, default_value = "/healthz")]
    path: String,
    /// The HTTP method
    #[arg(long, default_value = "GET")]
    method: String,
    /// An access token
    #[arg(long)]
    token: Option<String>,
    /// A JSON body
    #[arg(long)]
    body: Option<String>,
    /// Connections that send requests at once
    #[arg(long, value_name = "N", default_value_t = 32)]
    connections: usize,
    /// Seconds of warm-up
    #[arg(long, value_name = "SECONDS", default_value_t = 1)]
    warm_up: u64,
    /// Seconds that count
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    seconds: u64,
}

/// Runs `loggia-bench load`.
pub(crate) async fn run(args: Args) -> Result<()> {
    let request =
        http::request(&args.method, &args.path, args.token.as_deref(), args.body.as_deref());
    let outcome = Load {
        address: args.address,
        requests: vec![request],
        connections: args.connections,
        warm_up: Duration::from_secs(args.warm_up),
        measured: Duration::from_secs(args.seconds),
        pause: Duration::ZERO,
    }
    .run()
    .await?;
    report::line(format!(
        "{} requests/s, p50 {:.2} ms, p99 {:.2} ms, {} failures",
        report::thousands(outcome.rate()),
        outcome.quantile_ms(0.5),
        outcome.quantile_ms(0.99),
        outcome.failures
    ));
    Ok(())
}

/// A load on a server.
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    /// Connection `n` sends the `n`th request repeatedly; with more connections than requests they repeat from the
    /// first.
    pub(crate) requests: Vec<Vec<u8>>,
    pub(crate) connections: usize,
    pub(crate) warm_up: Duration,
    pub(crate) measured: Duration,
    /// The pause between a response and the next request.
    pub(crate) pause: Duration,
}

/// The results of a load.
#[derive(Default)]
pub(crate) struct Outcome {
    measured: Duration,
    /// Responses without a 2xx status.
    pub(crate) failures: usize,
    /// Microseconds per response, in ascending order.
    latencies: Vec<u32>,
}

impl Load {
    /// Puts the load on the server.
    ///
    /// # Errors
    /// If a connection cannot be opened, breaks, or a response does not arrive.
    pub(crate) async fn run(self) -> Result<Outcome> {
        if self.requests.is_empty() {
            bail!("nothing to send");
        }
        let measured = self.measured;
        let total = self.warm_up + measured + PATIENCE;
        let connections = self.connections;
        let load = Arc::new(self);
        let from = Instant::now() + load.warm_up;
        let mut running = JoinSet::new();
        for number in 0..connections {
            let load = Arc::clone(&load);
            running.spawn(async move { load.connection(number, from).await });
        }
        let finished = time::timeout(total, running.join_all())
            .await
            .context("the server stopped responding")?;
        let mut all = Outcome { measured, ..Outcome::default() };
        for outcome in finished {
            let outcome = outcome?;
            all.failures += outcome.failures;
            all.latencies.extend(outcome.latencies);
        }
        all.latencies.sort_unstable();
        Ok(all)
    }

    async fn connection(&self, number: usize, from: Instant) -> Result<Outcome> {
        let request = self.requests.iter().cycle().nth(number).context("nothing to send")?;
        let mut connection = http::Connection::open(self.address)
            .await
            .with_context(|| format!("no connection to {}", self.address))?;
        let until = from + self.measured;
        let mut outcome = Outcome::default();
        loop {
            let began = Instant::now();
            if until <= began {
                return Ok(outcome);
            }
            let is_success = connection.send(request).await?.is_success();
            let ended = Instant::now();
            if from <= began && ended <= until {
                let micros = (ended - began).as_micros();
                outcome.latencies.push(micros.try_into().unwrap_or(u32::MAX));
                outcome.failures += usize::from(!is_success);
            }
            if !self.pause.is_zero() {
                // A light load, beside which others can be measured.
                time::sleep(self.pause).await;
            }
        }
    }
}

impl Outcome {
    /// Returns responses per second.
    pub(crate) fn rate(&self) -> f64 {
        self.count() / self.measured.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    fn count(&self) -> f64 {
        f64::from(u32::try_from(self.latencies.len()).unwrap_or(u32::MAX))
    }

    /// Returns the milliseconds within which this share of the responses arrived.
    pub(crate) fn quantile_ms(&self, part: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index between 0 and the last one"
        )]
        let index = (self.count() * part) as usize;
        let micros = self.latencies.get(index.min(last)).copied();
        f64::from(micros.unwrap_or_default()) / 1e3
    }
}
