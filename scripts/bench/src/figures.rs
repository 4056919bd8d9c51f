//! `loggia-bench figures`: measures every performance target in one run.
//!
//! Timings are not tests: a missed target is marked and does not change the exit status, but a failed measurement does.

mod args;
mod contacts;
mod create;
mod crowd;
mod figure;
mod floor;
mod heard;
mod login;
mod people;
mod profile;
mod rows;
mod start;
mod statuses;
#[cfg(test)]
mod tests;
mod world;
mod writes;

use anyhow::Result;

pub(crate) use self::args::Args;
use self::{args::Part, figure::print};

/// Runs `loggia-bench figures`.
pub(crate) async fn run(args: Args) -> Result<()> {
    let mut figures = Vec::new();
    let wants = |part| args.only.contains(&part);
    if wants(Part::Start) {
        figures.extend(start::measure(&args).await?);
    }
    for database in args.databases() {
        if wants(Part::Profile) {
            figures.push(profile::measure(&args, database).await?);
        }
        if wants(Part::Login) {
            figures.push(login::measure(&args, database).await?);
        }
        if wants(Part::Writes) {
            figures.extend(writes::measure(&args, database).await?);
        }
        if wants(Part::Crowd) {
            figures.extend(crowd::measure(&args, database).await?);
        }
        if wants(Part::Contacts) {
            figures.extend(contacts::measure(&args, database).await?);
        }
        if wants(Part::People) {
            figures.extend(people::measure(&args, database).await?);
        }
    }
    if wants(Part::Create) {
        figures.extend(create::measure(&args).await?);
    }
    print(&figures);
    Ok(())
}
