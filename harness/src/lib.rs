//! placeholder

pub mod emulator;
pub mod engine;
pub mod judge;
pub mod registry;
