//! The eight digits at the end of resource names.
//!
//! aks-engine hashes the DNS prefix (64-bit FNV-1a), seeds Go's `math/rand` with it and prints the first 32-bit number
//! (pkg/api/types.go `GetClusterID`). Names of the control plane's resources carry these digits, so ours must be equal.

/// Modulus of the generator's seed sequence, 2^31 - 1.
const MODULUS: i64 = 0x7fff_ffff;
/// Length of the generator's register and the distance of its two taps (an additive lagged Fibonacci generator).
const LENGTH: usize = 607;
const TAP: usize = 273;
/// The first number is the sum of two cells, so only their two entries of Go's table of start values are needed.
const FIRST_FEED: usize = LENGTH - TAP - 1;
const FIRST_TAP: usize = LENGTH - 1;
const START_OF_FEED: u64 = 4_590_000_184_845_883_843;
const START_OF_TAP: u64 = 4_152_330_101_494_654_406;
const MASK_63: u64 = (1 << 63) - 1;

/// Digits for the given DNS prefix, as written in the definition.
#[must_use]
pub fn name_suffix(dns_prefix: &str) -> String {
    let number = format!("{:08}", first_u32(fnv_1a(dns_prefix) as i64));
    number[..8].to_owned()
}

fn fnv_1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn first_u32(seed: i64) -> u32 {
    let mut state = match seed % MODULUS {
        0 => 89_482_311,
        negative if negative < 0 => negative + MODULUS,
        positive => positive,
    };
    for _ in 0..20 {
        state = next(state);
    }
    let (mut feed, mut tap) = (0, 0);
    for index in 0..LENGTH {
        let cell = next_cell(&mut state);
        match index {
            FIRST_FEED => feed = (cell ^ START_OF_FEED) & MASK_63,
            FIRST_TAP => tap = (cell ^ START_OF_TAP) & MASK_63,
            _ => {}
        }
    }
    ((feed.wrapping_add(tap) & MASK_63) >> 31) as u32
}

/// Three numbers of the seed sequence, shifted into one cell of the register.
fn next_cell(state: &mut i64) -> u64 {
    let mut cell = 0;
    for shift in [40, 20, 0] {
        *state = next(*state);
        cell ^= (*state as u64) << shift;
    }
    cell
}

fn next(state: i64) -> i64 {
    state * 48_271 % MODULUS
}

#[cfg(test)]
mod tests {
    use super::name_suffix;

    #[test]
    fn equals_aks_engine() {
        assert_eq!(name_suffix("mytestcluster"), "22130131");
        assert_eq!(name_suffix("k111007"), "18732518");
        assert_eq!(name_suffix("masterdns1"), "31559618");
    }
}
