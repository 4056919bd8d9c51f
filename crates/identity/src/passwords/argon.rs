//! Argon2 in PHC strings: Loggia's own format, and the format behind Django's `argon2` prefix.

use argon2::password_hash::{self, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use rand::RngExt;
use subtle::ConstantTimeEq;

use super::{Params, Password, memory::Scratch};

/// KiB, 256 MiB. Stored strings may cost more than Loggia's own, but must not exhaust the memory.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 16;

/// Bytes of salt and of output of [`hash`], as in RFC 9106 §4 and argon2's default.
const SALT_BYTES: usize = 16;
const OUTPUT_BYTES: usize = 32;

/// Salt of the dummy hash. Its value does not matter.
const DUMMY_SALT: [u8; SALT_BYTES] = [0; SALT_BYTES];

/// A parsed argon2 string with costs within the bounds.
pub(super) struct Phc {
    algorithm: Algorithm,
    version: Version,
    costs: argon2::Params,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Phc {
    /// Parses `$argon2id$...` or `$argon2i$...`. Returns `None` for anything else and for costs over the bounds.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let hash = PasswordHash::new(text).ok()?;
        let algorithm = match Algorithm::try_from(hash.algorithm.as_str()).ok()? {
            Algorithm::Argon2d => return None,
            known @ (Algorithm::Argon2i | Algorithm::Argon2id) => known,
        };
        // Strings without a version predate the field.
        let version = match hash.version {
            Some(number) => Version::try_from(number).ok()?,
            None => Version::V0x10,
        };
        let costs = argon2::Params::try_from(&hash).ok()?;
        let is_bounded = costs.m_cost() <= MAX_MEMORY_KIB
            && costs.t_cost() <= MAX_PASSES
            && costs.p_cost() <= MAX_LANES;
        if !is_bounded {
            return None;
        }
        Some(Self {
            algorithm,
            version,
            costs,
            salt: hash.salt?.to_vec(),
            output: hash.hash?.as_bytes().to_vec(),
        })
    }

    /// Hashes once and compares in constant time.
    pub(super) fn matches(
        &self,
        password: &Password,
        scratch: &mut Scratch,
    ) -> password_hash::Result<bool> {
        let mut output = vec![0; self.output.len()];
        let memory = scratch.blocks(self.costs.block_count())?;
        Argon2::new(self.algorithm, self.version, self.costs.clone())
            .hash_password_into_with_memory(password.as_bytes(), &self.salt, &mut output, memory)?;
        Ok(output.ct_eq(&self.output).into())
    }

    /// Returns whether [`hash`] would create the same kind of string with these costs.
    pub(super) fn is_preferred(&self, params: Params) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.costs.m_cost() == params.memory_kib
            && self.costs.t_cost() == params.passes
            && self.costs.p_cost() == params.lanes
            && SALT_BYTES <= self.salt.len()
            && self.output.len() == OUTPUT_BYTES
    }
}

/// Hashes with a random salt. Returns the PHC string.
pub(super) fn hash(
    password: &Password,
    params: Params,
    scratch: &mut Scratch,
) -> password_hash::Result<String> {
    let salt: [u8; SALT_BYTES] = rand::rng().random();
    let output = compute(password, params, &salt, scratch)?;
    let Params { memory_kib, passes, lanes } = params;
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    Ok(format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt}${output}"))
}

/// Does the work of one [`hash`] and discards the result.
pub(super) fn dummy_hash(
    password: &Password,
    params: Params,
    scratch: &mut Scratch,
) -> password_hash::Result<()> {
    let output = compute(password, params, &DUMMY_SALT, scratch)?;
    // Prevents the optimizer from removing the unused computation.
    std::hint::black_box(output);
    Ok(())
}

fn compute(
    password: &Password,
    params: Params,
    salt: &[u8; SALT_BYTES],
    scratch: &mut Scratch,
) -> password_hash::Result<[u8; OUTPUT_BYTES]> {
    let costs = costs(params)?;
    let memory = scratch.blocks(costs.block_count())?;
    let mut output = [0; OUTPUT_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, costs).hash_password_into_with_memory(
        password.as_bytes(),
        salt,
        &mut output,
        memory,
    )?;
    Ok(output)
}

fn costs(params: Params) -> password_hash::Result<argon2::Params> {
    Ok(argon2::Params::new(params.memory_kib, params.passes, params.lanes, Some(OUTPUT_BYTES))?)
}

/// Returns the number of memory blocks of one hash, zero for invalid costs.
pub(super) fn block_count(params: Params) -> usize {
    costs(params).map_or(0, |costs| costs.block_count())
}
