//! Starts an emulator by name (`moto`, `ministack@1.4.7`), and stops it at the end of standard input.

use std::io::{self, Read, Write};

use asl_conformance::{
    emulator::{Emulator, Home},
    registry::Registry,
};

fn main() -> anyhow::Result<()> {
    let spec = std::env::args().nth(1).unwrap_or_else(|| "moto".to_owned());
    let (name, version) = match spec.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (spec.as_str(), None),
    };
    let registry = Registry::embedded();
    let emulator =
        Emulator::start(registry.get(name)?, version, &Home::locate()?, &|line| eprintln!("{line}"))?;
    writeln!(io::stdout(), "{} pid {}", emulator.endpoint(), emulator.pid())?;
    io::stdin().read_to_end(&mut Vec::new())?;
    emulator.stop();
    writeln!(io::stdout(), "stopped")?;
    Ok(())
}
