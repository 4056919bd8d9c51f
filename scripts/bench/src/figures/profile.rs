//! Reading one's own profile, compared with the floor.

use anyhow::Result;

use super::{
    args::Args,
    figure::{Figure, ratio},
    floor::{Floor, Question},
    world::World,
};

const WANTED: f64 = 0.8;

pub(super) async fn measure(args: &Args, postgres: Option<&str>) -> Result<Figure> {
    let world = World::start(args, postgres).await?;
    let question =
        Question { name: "profile", path: "/api/v1/users/me", person: &world.person().await? };
    let floor = Floor::start(args, &world, &question).await?;
    let (turns, more) = floor.turns(args, &world, &question).await?;
    floor.kill()?;
    let name = format!("profile / floor, {}", world.database.kind());
    world.end().await?;
    Ok(ratio(name, WANTED, ["profile", "floor"], &turns, &more))
}
