//! Locks that go on where whoever held one panicked: a panic is an answer here, and what is guarded is whole between two
//! statements.

use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// As [`Mutex::lock`].
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// As [`RwLock::read`].
pub fn read_lock<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// As [`RwLock::write`].
pub fn write_lock<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_panic_has_left_is_had() {
        let (mutex, rw) = (Mutex::new(1), RwLock::new(2));
        let panicked = std::panic::catch_unwind(|| {
            let (_one, _two) = (mutex.lock(), rw.write());
            panic!("while both are held");
        });
        assert!(panicked.is_err());
        *write_lock(&rw) += 1;
        assert_eq!((*lock(&mutex), *read_lock(&rw)), (1, 3));
    }
}
