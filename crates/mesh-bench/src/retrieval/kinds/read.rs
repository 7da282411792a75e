use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use mesh_index::ingest::code::File as SourceFile;
use mesh_index::ingest::{self, Notes, SkipReason};
use mesh_index::{Kind, Record};

use super::id;
use crate::retrieval::archive::files;
use crate::retrieval::question::Question;

/// What our readers make of the files of a set.
pub(super) fn records(kind: Kind, files: &Path) -> Result<Vec<Record>> {
    match kind {
        Kind::Code => code(files),
        Kind::Commit => commits(&files.join("commits.jsonl")),
        Kind::Mail => mail(&files.join("archive.mbox")),
        Kind::Ticket => tickets(&files.join("tickets.json")),
        Kind::Knowledge => bail!("pages are read by `JudgedSet`"),
    }
}

fn code(folder: &Path) -> Result<Vec<Record>> {
    let mut records = Vec::new();
    for path in files(folder)? {
        let file = SourceFile {
            path: &path,
            repository: path.split('/').next().unwrap_or_default(),
            last_modified: "",
        };
        let bytes = fs::read(folder.join(&path))?;
        let read = ingest::code::read(file, &bytes, &mut Notes::default());
        let passages = read.map_err(|reason| unreadable(&path, &reason))?;
        records.extend(passages.into_iter().map(Record::Code));
    }
    Ok(records)
}

/// A history without its repository: one commit a line.
fn commits(file: &Path) -> Result<Vec<Record>> {
    let lines = fs::read_to_string(file)?;
    let commits: Result<Vec<_>, _> = lines.lines().map(serde_json::from_str).collect();
    Ok(commits?.into_iter().map(Record::Commit).collect())
}

fn mail(file: &Path) -> Result<Vec<Record>> {
    let mut records = Vec::new();
    let mut take = |mail| records.push(Record::Mail(mail));
    let input = BufReader::new(File::open(file)?);
    ingest::mail::read("archive.mbox", input, &mut take, &mut Notes::default())
        .map_err(|reason| unreadable("archive.mbox", &reason))?;
    Ok(records)
}

fn tickets(file: &Path) -> Result<Vec<Record>> {
    let mut records = Vec::new();
    let mut take = |ticket| records.push(Record::Ticket(ticket));
    let input = BufReader::new(File::open(file)?);
    ingest::tickets::read("tickets.json", input, &mut take, &mut Notes::default())
        .map_err(|reason| unreadable("tickets.json", &reason))?;
    Ok(records)
}

fn unreadable(path: &str, reason: &SkipReason) -> anyhow::Error {
    anyhow!("`{path}` can't be read: {reason:?}")
}

/// Of code people named lines (`path:first-last`): the passages that hold any of them are the answer.
pub(super) fn name_passages(questions: &mut [Question], records: &[Record]) -> Result<()> {
    for question in questions {
        let mut passages = BTreeSet::new();
        for lines in &question.pages {
            let (path, first, last) =
                parse(lines).with_context(|| format!("`{lines}` names no lines"))?;
            let answers = records.iter().filter(|record| {
                matches!(record, Record::Code(passage)
                    if passage.path == path && passage.line_start <= last && passage.line_end >= first)
            });
            passages.extend(answers.map(|record| id(record).to_owned()));
        }
        question.pages = passages;
    }
    Ok(())
}

fn parse(lines: &str) -> Option<(&str, u32, u32)> {
    let (path, range) = lines.rsplit_once(':')?;
    let (first, last) = range.split_once('-')?;
    Some((path, first.parse().ok()?, last.parse().ok()?))
}
