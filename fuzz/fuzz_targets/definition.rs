//! Any bytes are generated from or refused, with either catalog, and never a panic.

#![no_main]

use gen_cse::generate::generate_bytes;
use gen_cse::{Catalog, Error, Options};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|definition: &[u8]| {
    for name in Catalog::BUILT_IN {
        let catalog = Catalog::built_in(name).expect("a built-in catalog");
        if let Err(Error::Invalid(report)) = generate_bytes(definition, &Options::new(catalog)) {
            assert!(report.is_fatal());
        }
    }
});
