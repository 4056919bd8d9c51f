//! Clients that register and reset until the server is gone, and record the responses.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::Result;
use tokio::{task::JoinSet, time};

use super::{
    check::SECOND_EMAIL,
    people::{Deed, Person, Pool},
};
use crate::{
    api::{Client, Reply, new_email, new_password},
    mailbox::Mailbox,
    mutex::lock,
};

const REGISTRARS: usize = 4;
const RESETTERS: usize = 4;

/// The interval and the maximum number of checks for an email: five seconds in total, longer than any run.
const EMAIL_POLL: Duration = Duration::from_millis(5);
const EMAIL_POLLS: usize = 1_000;

/// The running clients.
pub(super) struct Drivers {
    tasks: JoinSet<Result<Vec<Deed>>>,
    pool: Pool,
}

impl Drivers {
    pub(super) fn start(
        address: SocketAddr,
        mailbox: Arc<Mutex<Mailbox>>,
        people: Vec<Person>,
    ) -> Self {
        let pool: Pool = Arc::new(Mutex::new(people));
        let mut tasks = JoinSet::new();
        for _ in 0..REGISTRARS {
            tasks.spawn(register(address));
        }
        for _ in 0..RESETTERS {
            let resetter = Resetter {
                client: Client::new(address),
                mailbox: Arc::clone(&mailbox),
                pool: Arc::clone(&pool),
            };
            tasks.spawn(resetter.run());
        }
        Self { tasks, pool }
    }

    /// Waits until every client has noticed that the server is gone. Returns the unused accounts and the actions.
    pub(super) async fn end(self) -> Result<(Vec<Person>, Vec<Deed>)> {
        let mut deeds = Vec::new();
        for done in self.tasks.join_all().await {
            deeds.extend(done?);
        }
        let idle = std::mem::take(&mut *lock(&self.pool));
        Ok((idle, deeds))
    }
}

async fn register(address: SocketAddr) -> Result<Vec<Deed>> {
    let mut client = Client::new(address);
    let mut deeds = Vec::new();
    loop {
        let mut person = Person {
            email: new_email(),
            password: new_password(),
            access: String::new(),
            emails_due: 0,
            emails_requested: 0,
        };
        let reply = client.register(&person.email, &person.password).await;
        let is_gone = reply.is_err();
        deeds.push(match reply {
            Ok(reply) if reply.is_success() => {
                person.access = reply.text("access");
                Deed::Registered { person, is_acknowledged: true }
            }
            Ok(reply) if !is_busy(&reply) => refused(person, "a registration", &reply),
            Ok(_) | Err(_) => Deed::Registered { person, is_acknowledged: false },
        });
        if is_gone {
            return Ok(deeds);
        }
    }
}

/// Resets one password after another.
struct Resetter {
    client: Client,
    mailbox: Arc<Mutex<Mailbox>>,
    pool: Pool,
}

impl Resetter {
    async fn run(mut self) -> Result<Vec<Deed>> {
        let mut deeds = Vec::new();
        loop {
            let Some(person) = lock(&self.pool).pop() else {
                return Ok(deeds);
            };
            let (deed, is_gone) = self.reset(person).await?;
            deeds.push(deed);
            if is_gone {
                return Ok(deeds);
            }
        }
    }

    /// Resets one password. Returns the action and whether the server is gone.
    async fn reset(&mut self, mut person: Person) -> Result<(Deed, bool)> {
        let seen = self.reset_tokens(&person)?.len();
        person.emails_requested += 1;
        match self.client.request_reset(&person.email).await {
            Ok(reply) if reply.is_success() => person.emails_due += 1,
            Ok(reply) if !is_busy(&reply) => {
                return Ok((refused(person, "requesting an email", &reply), false));
            }
            reply => return Ok((Deed::Requested { person }, reply.is_err())),
        }
        let Some(token) = self.wait_for_email(&person, seen).await? else {
            return Ok((Deed::Requested { person }, true));
        };
        let new_password = new_password();
        let reply = self.client.reset(&token, &new_password).await;
        let is_gone = reply.is_err();
        let is_acknowledged = match reply {
            Ok(reply) if reply.is_success() => true,
            Ok(reply) if !is_busy(&reply) => {
                time::sleep(SECOND_EMAIL).await;
                let is_replaced = self.reset_tokens(&person)?.last() != Some(&token);
                let deed = match is_replaced {
                    // An earlier email arrived again at this moment, and its token is now the valid one.
                    true => Deed::Requested { person },
                    false => refused(person, "a reset", &reply),
                };
                return Ok((deed, false));
            }
            Ok(_) | Err(_) => false,
        };
        let deed = Deed::Reset { person, new_password, is_acknowledged };
        Ok((deed, is_gone))
    }

    /// Returns the token of the newest email, if more than `seen` ones arrived; `None` if the server is gone or nearly
    /// so.
    async fn wait_for_email(&mut self, person: &Person, seen: usize) -> Result<Option<String>> {
        for poll in 1..=EMAIL_POLLS {
            if let Some(token) = self.reset_tokens(person)?.into_iter().skip(seen).next_back() {
                return Ok(Some(token));
            }
            // A missing email does not show that the server is gone, but a broken connection does.
            let is_time_to_check = poll % 20 == 0;
            if is_time_to_check && self.client.profile(&person.access).await.is_err() {
                return Ok(None);
            }
            time::sleep(EMAIL_POLL).await;
        }
        Ok(None)
    }

    fn reset_tokens(&self, person: &Person) -> Result<Vec<String>> {
        Ok(lock(&self.mailbox).tokens(&person.email)?.to_vec())
    }
}

/// Returns whether the client must retry later; nothing was executed.
fn is_busy(reply: &Reply) -> bool {
    reply.status == 503
}

fn refused(person: Person, what: &str, reply: &Reply) -> Deed {
    let what = format!("{what} returned {}: {}", reply.status, reply.body);
    Deed::Refused { person, what }
}
