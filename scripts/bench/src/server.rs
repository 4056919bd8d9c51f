//! A server as a process: started, polled until ready, measured and killed.

use std::{
    fs::{self, OpenOptions},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tokio::time;

use crate::http::{self, Connection};

/// The key of all tokens. It is not a secret: the servers run for minutes, on loopback.
pub(crate) const SECRET_KEY: &str = "a key of the bench, known to everybody, 48 bytes";

/// The time after which a start counts as failed.
const START_LIMIT: Duration = Duration::from_secs(30);

/// The interval at which a starting server is polled.
const START_POLL: Duration = Duration::from_millis(2);

/// The parameters of a server process.
#[derive(Clone)]
pub(crate) struct Setup {
    /// The program, as an absolute path.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Its complete environment.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// Its working directory, which also receives its log.
    pub(crate) folder: PathBuf,
    /// The address it will listen on.
    pub(crate) address: SocketAddr,
}

impl Setup {
    /// Describes `loggia serve` with its data in `folder`, on a free port, without rate limits.
    pub(crate) fn loggia(
        program: &Path,
        folder: &Path,
        database_url: Option<&str>,
    ) -> Result<Self> {
        let address = free_address()?;
        let mut environment = vec![
            ("LOGGIA_BIND", address.to_string()),
            ("LOGGIA_DATA_DIR", folder.join("data").display().to_string()),
            ("LOGGIA_SECRET_KEY", SECRET_KEY.to_owned()),
            ("LOGGIA_RATE_LIMIT", "off".to_owned()),
            ("LOGGIA_LOG_FORMAT", "json".to_owned()),
        ];
        if let Some(url) = database_url {
            environment.push(("LOGGIA_DATABASE_URL", url.to_owned()));
        }
        Ok(Self {
            program: fs::canonicalize(program)
                .with_context(|| format!("there is no {}", program.display()))?,
            arguments: vec!["serve".to_owned()],
            environment,
            folder: folder.to_owned(),
            address,
        })
    }

    /// Adds one more setting.
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.environment.push((name, value.to_string()));
        self
    }

    /// Returns the path of the server's log.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// Starts the server without waiting for it.
    pub(crate) fn spawn(&self) -> Result<Server> {
        let log = OpenOptions::new().create(true).append(true).open(self.log())?;
        let child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        Ok(Server { child, address: self.address, log: self.log() })
    }

    /// Starts the server and waits until it responds to `path` with success.
    pub(crate) async fn start(&self, path: &str, token: Option<&str>) -> Result<Server> {
        let mut server = self.spawn()?;
        server.ready(path, token).await?;
        Ok(server)
    }
}

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// Waits until the server responds to `path` with success, and returns the elapsed time.
    pub(crate) async fn ready(&mut self, path: &str, token: Option<&str>) -> Result<Duration> {
        let began = Instant::now();
        let request = http::request("GET", path, token, None);
        loop {
            if let Ok(mut connection) = Connection::open(self.address).await
                && let Ok(response) = connection.send(&request).await
                && response.is_success()
            {
                return Ok(began.elapsed());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}:\n{}", self.last_words());
            }
            if START_LIMIT < began.elapsed() {
                bail!("the server was not ready within {START_LIMIT:?}:\n{}", self.last_words());
            }
            time::sleep(START_POLL).await;
        }
    }

    /// Kills the server with SIGKILL and waits until it has exited.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Returns its memory, in MB (1,000,000 bytes).
    pub(crate) fn resident_mb(&self) -> Result<f64> {
        Ok(f64::from(self.resident_kib()?) * 1024.0 / 1e6)
    }

    fn resident_kib(&self) -> Result<u32> {
        let id = self.child.id();
        if let Ok(status) = fs::read_to_string(format!("/proc/{id}/status")) {
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
            let kib = line.and_then(|line| line.split_whitespace().next());
            return Ok(kib.context("no VmRSS")?.parse()?);
        }
        // For systems without /proc.
        let listed = Command::new("ps")
            .args(["-o", "rss=", "-p", &id.to_string()])
            .output()
            .context("neither /proc nor ps tells how much memory the server holds")?;
        Ok(String::from_utf8_lossy(&listed.stdout).trim().parse()?)
    }

    /// Returns the end of its log.
    fn last_words(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        let from = lines.len().saturating_sub(10);
        lines.get(from..).unwrap_or_default().join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns a loopback address with a free port.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
