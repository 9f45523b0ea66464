//! A free port on loopback.
//!
//! An emulator binds seconds after its port was chosen. Ports below the range that systems give to outgoing connections
//! are therefore preferred: one of our own connections could take another in the meantime.

use std::{
    net::{Ipv4Addr, TcpListener},
    process,
    time::{SystemTime, UNIX_EPOCH},
};

const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;
const TRIES_MAX: u16 = 200;

/// A port that nothing listens on now.
pub(super) fn find_free() -> Option<u16> {
    let start = start_offset();
    (0..TRIES_MAX).map(|step| FIRST + (start + step) % COUNT).find(|port| is_free(*port))
}

/// Whether the port can be bound.
pub(super) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Differs between runs that start at once, so that they do not choose the same port.
fn start_offset() -> u16 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.subsec_nanos());
    let mixed = u64::from(now / 1000) * 31 + u64::from(process::id()) * 7919;
    u16::try_from(mixed % u64::from(COUNT)).expect("less than COUNT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_that_is_listened_on_is_not_free() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        assert!(!is_free(listener.local_addr().expect("bound").port()));
    }

    #[test]
    fn found_port_is_below_the_range_of_outgoing_connections() {
        let port = find_free().expect("a free port");
        assert!((FIRST..FIRST + COUNT).contains(&port));
    }
}
