//! Checks after a kill: the state each recorded action left behind.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::Result;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::time;

use super::people::{Counts, Deed, Person};
use crate::{api::Client, mailbox::Mailbox, mutex::lock};

/// Concurrent logins. Each one occupies a core.
const AT_ONCE: usize = 4;

/// Longer than the time between creating a token and writing its email.
pub(super) const SECOND_EMAIL: Duration = Duration::from_millis(500);

/// Keeps all accounts, and collects errors.
pub(super) struct Checker {
    address: SocketAddr,
    mailbox: Arc<Mutex<Mailbox>>,
    /// Accounts in a known state: they may be reset.
    settled: Vec<Person>,
    /// Accounts with an email still on its way, for which no other email is requested.
    retired: Vec<Person>,
    pub(super) counts: Counts,
    pub(super) faults: Vec<String>,
}

/// The result of checking an action.
struct Found {
    person: Person,
    kind: Kind,
    faults: Vec<String>,
}

enum Kind {
    Registered,
    RegisteredUnheard,
    NeverRegistered,
    Requested,
    Reset,
    ResetUnheard,
    NeverReset,
    Refused,
}

impl Checker {
    pub(super) fn new(address: SocketAddr, mailbox: Arc<Mutex<Mailbox>>) -> Self {
        Self {
            address,
            mailbox,
            settled: Vec::new(),
            retired: Vec::new(),
            counts: Counts::default(),
            faults: Vec::new(),
        }
    }

    /// Takes the accounts out; they return through [`Checker::settle`] or in actions.
    pub(super) fn take_settled(&mut self) -> Vec<Person> {
        std::mem::take(&mut self.settled)
    }

    pub(super) fn settle(&mut self, people: Vec<Person>) {
        self.settled.extend(people);
    }

    pub(super) async fn check(&mut self, deeds: Vec<Deed>) -> Result<()> {
        let address = self.address;
        let found: Vec<_> = stream::iter(deeds)
            .map(|deed| look(address, &self.mailbox, deed))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        for found in found {
            let counts = &mut self.counts;
            *match found.kind {
                Kind::Registered => &mut counts.registered,
                Kind::RegisteredUnheard => &mut counts.registered_unheard,
                Kind::NeverRegistered => &mut counts.never_registered,
                Kind::Requested | Kind::Refused => &mut counts.requested,
                Kind::Reset => &mut counts.reset,
                Kind::ResetUnheard => &mut counts.reset_unheard,
                Kind::NeverReset => &mut counts.never_reset,
            } += 1;
            let is_settled = !matches!(found.kind, Kind::Requested | Kind::Refused);
            if is_settled && found.faults.is_empty() {
                self.settled.push(found.person);
            } else {
                self.retired.push(found.person);
            }
            self.faults.extend(found.faults);
        }
        Ok(())
    }

    /// Logs in as every account: acknowledged changes of the first round must still be there after the last.
    pub(super) async fn every_account_logs_in(&mut self) -> Result<()> {
        let address = self.address;
        let lost: Vec<_> = stream::iter(self.settled.iter().chain(&self.retired))
            .map(async |person| {
                let mut client = Client::new(address);
                let access = log_in(&mut client, person, &person.password).await?;
                anyhow::Ok(access.is_none().then(|| person.email.clone()))
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        self.counts.logged_in = lost.iter().filter(|lost| lost.is_none()).count();
        for email in lost.into_iter().flatten() {
            self.faults.push(format!("{email} cannot log in at the end"));
        }
        Ok(())
    }

    /// Returns the number of acknowledged emails that have not arrived.
    pub(super) fn emails_missing(&self) -> Result<usize> {
        let mut mailbox = lock(&self.mailbox);
        let mut missing = 0;
        for person in self.settled.iter().chain(&self.retired) {
            let received = mailbox.tokens(&person.email)?.len();
            missing += person.emails_due.saturating_sub(received);
        }
        Ok(missing)
    }

    /// Checks that every acknowledged email arrived, and none more than twice.
    pub(super) fn count_emails(&mut self) -> Result<()> {
        let mut mailbox = lock(&self.mailbox);
        for person in self.settled.iter().chain(&self.retired) {
            let received = mailbox.tokens(&person.email)?.len();
            let (due, requested) = (person.emails_due, person.emails_requested);
            self.counts.emails_due += due;
            self.counts.emails_requested += requested;
            self.counts.emails_received += received;
            self.counts.emails_extra += received.saturating_sub(requested);
            if received < due || 2 * requested < received {
                self.faults.push(format!(
                    "{}: {requested} emails requested, {due} acknowledged, {received} arrived",
                    person.email
                ));
            }
        }
        Ok(())
    }
}

/// Determines the result of one action, and brings its account back into a known state.
async fn look(address: SocketAddr, mailbox: &Mutex<Mailbox>, deed: Deed) -> Result<Found> {
    let client = &mut Client::new(address);
    match deed {
        Deed::Registered { person, is_acknowledged } => {
            registered(client, person, is_acknowledged).await
        }
        Deed::Requested { person } => requested(client, person).await,
        Deed::Reset { person, new_password, is_acknowledged } => {
            let reset = Reset {
                mailbox,
                old_password: person.password.clone(),
                old_access: person.access.clone(),
                new_password,
            };
            reset.look(client, person, is_acknowledged).await
        }
        Deed::Refused { person, what } => Ok(Found {
            faults: vec![format!("{}: {what}", person.email)],
            person,
            kind: Kind::Refused,
        }),
    }
}

async fn registered(
    client: &mut Client,
    mut person: Person,
    is_acknowledged: bool,
) -> Result<Found> {
    let mut faults = Vec::new();
    let email = person.email.clone();
    let mut kind = match is_acknowledged {
        true => Kind::Registered,
        false => Kind::RegisteredUnheard,
    };
    if is_acknowledged && !is_good(client, &person.access).await? {
        faults.push(format!("{email}: the tokens of an acknowledged registration are dead"));
    }
    match log_in(client, &person, &person.password).await? {
        Some(access) => {
            if !is_good(client, &access).await? {
                faults.push(format!("{email}: logs in, and has no profile"));
            }
            person.access = access;
        }
        None if is_acknowledged => {
            faults.push(format!("{email}: an acknowledged registration is lost"));
        }
        None => {
            kind = Kind::NeverRegistered;
            let reply = client.register(&email, &person.password).await?;
            if !reply.is_success() {
                faults.push(format!(
                    "{email}: can neither log in nor register again: {} {}",
                    reply.status, reply.body
                ));
            }
            person.access = reply.text("access");
        }
    }
    Ok(Found { person, kind, faults })
}

async fn requested(client: &mut Client, person: Person) -> Result<Found> {
    let mut faults = Vec::new();
    if log_in(client, &person, &person.password).await?.is_none() {
        faults.push(format!("{}: requesting an email changed the password", person.email));
    }
    Ok(Found { person, kind: Kind::Requested, faults })
}

struct Reset<'a> {
    mailbox: &'a Mutex<Mailbox>,
    old_password: String,
    old_access: String,
    new_password: String,
}

impl Reset<'_> {
    async fn look(
        self,
        client: &mut Client,
        mut person: Person,
        is_acknowledged: bool,
    ) -> Result<Found> {
        let mut faults = Vec::new();
        let email = person.email.clone();
        let by_new = log_in(client, &person, &self.new_password).await?;
        let by_old = log_in(client, &person, &self.old_password).await?;
        let is_old_access_good = is_good(client, &self.old_access).await?;
        let kind = match (&by_new, &by_old) {
            _ if is_acknowledged => Kind::Reset,
            (Some(_), _) => Kind::ResetUnheard,
            (None, _) => Kind::NeverReset,
        };
        match (by_new, by_old) {
            (Some(access), None) => {
                if is_old_access_good {
                    faults.push(format!("{email}: a session outlived the reset"));
                }
                person.password = self.new_password;
                person.access = access;
            }
            (None, Some(_)) if is_acknowledged => {
                faults.push(format!("{email}: an acknowledged reset is lost"));
            }
            (None, Some(_)) => {
                if !is_old_access_good {
                    faults.push(format!("{email}: no reset, but its session is dead"));
                }
                // The token was not used, so it must still be valid.
                if self.is_token_good(client, &email).await?
                    && let Some(access) = log_in(client, &person, &self.new_password).await?
                {
                    person.password = self.new_password;
                    person.access = access;
                } else {
                    faults.push(format!("{email}: no reset, but its token is used up"));
                }
            }
            (Some(_), Some(_)) => faults.push(format!("{email}: both passwords are valid")),
            (None, None) => faults.push(format!("{email}: neither password is valid")),
        }
        Ok(Found { person, kind, faults })
    }
}

impl Reset<'_> {
    /// Returns whether the token of the newest email resets the password. If a killed worker's email is sent again, an
    /// even newer one may arrive a moment later.
    async fn is_token_good(&self, client: &mut Client, email: &str) -> Result<bool> {
        for _ in 0..2 {
            let newest = lock(self.mailbox).tokens(email)?.last().cloned();
            let token = newest.unwrap_or_default();
            if client.reset(&token, &self.new_password).await?.is_success() {
                return Ok(true);
            }
            time::sleep(SECOND_EMAIL).await;
        }
        Ok(false)
    }
}

/// Returns the access token, or `None` if the password is rejected.
async fn log_in(client: &mut Client, person: &Person, password: &str) -> Result<Option<String>> {
    let reply = client.log_in(&person.email, password).await?;
    match reply.status {
        200 => Ok(Some(reply.text("access"))),
        401 => Ok(None),
        _ => anyhow::bail!("a login returned {}: {}", reply.status, reply.body),
    }
}

/// Returns whether a token gives access to its account's profile.
async fn is_good(client: &mut Client, access: &str) -> Result<bool> {
    let reply = client.profile(access).await?;
    match reply.status {
        200 => Ok(true),
        401 => Ok(false),
        _ => anyhow::bail!("a profile returned {}: {}", reply.status, reply.body),
    }
}
