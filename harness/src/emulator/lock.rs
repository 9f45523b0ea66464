//! A lock between processes. The system frees it when its holder ends, however that ends.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
};

/// Held until dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock; `on_wait` is called once if another has it.
    pub(super) fn take(path: &Path, on_wait: &dyn Fn()) -> io::Result<Self> {
        let file = File::create(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                on_wait();
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::mpsc, thread};

    #[test]
    fn second_taker_says_that_it_waits_and_then_gets_the_lock() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.lock");
        let first = Lock::take(&path, &|| panic!("nobody has it")).expect("free");
        let (sender, receiver) = mpsc::channel();
        let second = thread::spawn({
            let path = path.clone();
            move || Lock::take(&path, &|| sender.send(()).expect("the test listens")).is_ok()
        });
        receiver.recv().expect("the second waits");
        drop(first);
        assert!(second.join().expect("no panic"));
    }
}
