//! The environment and the file `.env`, which adds to it. No other module reads either.

use std::{collections::BTreeSet, io, path::Path};

use super::{Error, Result};

/// The prefix of the program's variables.
const PREFIX: &str = "LOGGIA_";

/// The similarity from which a known name is suggested for an unknown one; 1 means equal. High enough to suggest only
/// typing errors.
const LIKENESS: f64 = 0.85;

/// The variables that `.env` added to the environment.
#[derive(Clone, Debug, Default)]
pub struct EnvFile {
    names: BTreeSet<String>,
}

impl EnvFile {
    /// Reads `.env` in the working directory, if it exists. Variables that are already set keep their values.
    ///
    /// Call it before any thread is started, because the environment must not change while another thread reads it.
    ///
    /// # Errors
    /// If the file cannot be read or parsed.
    pub fn load() -> Result<Self> {
        let path = Path::new(".env");
        let before = names();
        match dotenvy::from_path(path) {
            Ok(()) => {
                let names = names().difference(&before).cloned().collect();
                Ok(Self { names })
            }
            Err(dotenvy::Error::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Self::default())
            }
            Err(dotenvy::Error::Io(error)) => Err(Error::new(".env", error.to_string())),
            // The line is not shown, because it may contain a secret.
            Err(dotenvy::Error::LineParse(_, _)) => Err(Error::new(
                ".env",
                "a line is not of the form NAME=value; a value with spaces needs quotes",
            )),
            Err(_) => Err(Error::new(".env", "cannot be parsed")),
        }
    }

    /// Returns whether this variable came from the file.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// Rejects unknown variables with the program's prefix, because a typing error would otherwise go unnoticed.
///
/// # Errors
/// For the first unknown variable in alphabetical order, with the name that was probably meant.
pub fn refuse_unknown(known: &[String]) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "settings are read here and handed down")]
    let ours: BTreeSet<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            name.starts_with(PREFIX).then(|| (name, value.to_string_lossy().into_owned()))
        })
        .collect();
    for (name, value) in ours {
        if !known.contains(&name) && !is_service_link(&name, &value) {
            return Err(unknown(&name, known));
        }
    }
    Ok(())
}

pub(super) fn unknown(name: &str, known: &[String]) -> Error {
    let likeness = |other: &String| strsim::jaro_winkler(ending(name), ending(other));
    let meant = known
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|best| likeness(best) >= LIKENESS);
    let problem = match meant {
        Some(meant) => format!("unknown setting; did you mean {meant}?"),
        None => "unknown setting; `loggia serve --help` lists them".to_owned(),
    };
    Error::new(name, problem)
}

/// Returns whether Kubernetes sets this variable for a service that is called `loggia`.
/// Source: Kubernetes documentation, «Service», «Environment variables».
pub(super) fn is_service_link(name: &str, value: &str) -> bool {
    let ending = ending(name);
    ending.starts_with("SERVICE_HOST")
        || ending.starts_with("SERVICE_PORT")
        || (ending == "PORT" && value.contains("://"))
        || ending
            .strip_prefix("PORT_")
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn ending(name: &str) -> &str {
    name.strip_prefix(PREFIX).unwrap_or(name)
}

#[expect(clippy::disallowed_methods, reason = "settings are read here and handed down")]
fn names() -> BTreeSet<String> {
    std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect()
}
