//! Makes the folder that debug builds read the console's files from: one that is missing at compile time is never
//! looked into, even when it is filled later.

use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("PROFILE").is_ok_and(|profile| profile == "debug") {
        fs::create_dir_all("../target/site/dev")?;
    }
    Ok(())
}
