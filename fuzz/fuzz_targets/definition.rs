//! Any bytes are generated from or refused, with either catalog, and never a panic.

#![no_main]

use gen_cse::{Catalog, Error, Options, generate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|definition: &[u8]| {
    for name in Catalog::BUILT_IN {
        let catalog = Catalog::built_in(name).expect("a built-in catalog");
        if let Err(Error::Invalid(invalid)) = generate(definition, &Options::new(catalog)) {
            assert!(invalid.report.is_fatal());
        }
    }
});
