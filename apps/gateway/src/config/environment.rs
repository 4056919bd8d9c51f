//! The environment, and the file `.env` that adds to it. Nothing else in the program reads either.

use std::{collections::BTreeSet, io, path::Path};

use super::{Error, Result};

/// The names that begin with this are ours.
const PREFIX: &str = "LOGGIA_";

/// How alike two names are when one is taken for a slip of the other; 1 is the same.
const LIKENESS: f64 = 0.85;

/// What the file `.env` added to the environment.
#[derive(Clone, Debug, Default)]
pub struct EnvFile {
    names: BTreeSet<String>,
}

impl EnvFile {
    /// Reads `.env` in the working directory, if there is one; what the environment says already stands.
    ///
    /// Call it before any thread is started: the environment is not safe to change under another's eyes.
    ///
    /// # Errors
    /// If the file cannot be read or is not of its form.
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
            // The line is not shown: it may hold a secret.
            Err(dotenvy::Error::LineParse(_, _)) => Err(Error::new(
                ".env",
                "a line is not of the form NAME=value; a value with spaces needs quotes",
            )),
            Err(_) => Err(Error::new(".env", "cannot be understood")),
        }
    }

    /// Whether this variable came from the file.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// Stops at a variable that begins like ours and is none: it is a slip, and would otherwise go unnoticed.
///
/// # Errors
/// For the first such variable in alphabetical order, with the name that was probably meant.
pub fn refuse_unknown(known: &[String]) -> Result<()> {
    #[expect(
        clippy::disallowed_methods,
        reason = "settings are read here and handed down"
    )]
    let ours: BTreeSet<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            name.starts_with(PREFIX)
                .then(|| (name, value.to_string_lossy().into_owned()))
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
        Some(meant) => format!("there is no such setting; did you mean {meant}?"),
        None => "there is no such setting; `loggia serve --help` lists them".to_owned(),
    };
    Error::new(name, problem)
}

/// What Kubernetes sets in every container beside a service that is called `loggia`.
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

#[expect(
    clippy::disallowed_methods,
    reason = "settings are read here and handed down"
)]
fn names() -> BTreeSet<String> {
    std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .collect()
}
