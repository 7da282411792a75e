//! Files are read by several threads and written by one, in the order of the jobs: worker `w` of `n` has the jobs `w`,
//! `w + n`, …, and its own short queue, so the result never depends on who was faster and little waits in memory.

use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::job::{Delivery, Job};
use super::subprocess::{Readers, Worker};

/// More threads than this wait for the one that writes.
const MAX_WORKERS: usize = 8;

/// Deliveries that may wait per worker.
const QUEUE: usize = 4;

/// Reads all jobs and hands every delivery to `take`, job by job.
pub(super) fn run<E>(
    jobs: &[Job],
    readers: &Readers,
    mut take: impl FnMut(&Job, Delivery) -> Result<(), E>,
) -> Result<(), E> {
    let count = workers(jobs.len());
    thread::scope(|scope| {
        let queues: Vec<Receiver<Delivery>> = (0..count)
            .map(|worker| {
                let (sender, queue) = sync_channel(QUEUE);
                let share = jobs.iter().skip(worker).step_by(count);
                scope.spawn(move || work(share, readers, &sender));
                queue
            })
            .collect();
        for (at, job) in jobs.iter().enumerate() {
            drain(job, &queues[at % count], &mut take)?;
        }
        Ok(())
    })
}

fn workers(jobs: usize) -> usize {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    cores.min(MAX_WORKERS).min(jobs).max(1)
}

/// Ends early when nobody listens any more: the run has failed.
fn work<'a>(jobs: impl Iterator<Item = &'a Job>, readers: &Readers, sender: &SyncSender<Delivery>) {
    let mut reader = Worker::of(readers);
    for job in jobs {
        let mut is_heard = true;
        let end = reader.read(job, &mut |delivery| {
            is_heard &= sender.send(delivery).is_ok()
        });
        if !is_heard || sender.send(Delivery::End(end)).is_err() {
            return;
        }
    }
}

fn drain<E>(
    job: &Job,
    queue: &Receiver<Delivery>,
    take: &mut impl FnMut(&Job, Delivery) -> Result<(), E>,
) -> Result<(), E> {
    loop {
        let delivery = queue
            .recv()
            .expect("a worker ends every job it has, and a panic in a reader is caught there");
        let is_last = matches!(delivery, Delivery::End(_));
        take(job, delivery)?;
        if is_last {
            return Ok(());
        }
    }
}
