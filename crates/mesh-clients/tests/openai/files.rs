use std::collections::BTreeSet;

use mesh_clients::openai::{Attachment, FileBatch, FileStatus, OpenAiError, StoreFile};
use mesh_fakes::openai::{Behaviour, Operation};
use serde_json::{Map, Value, json};

use super::{STORE, World, soon};

fn attributes(value: &Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

impl World {
    async fn upload(&self, filename: &str, text: &str) -> String {
        let file = self.client.upload_file(&self.key, filename, text, soon());
        file.await.expect("taken")
    }

    async fn attach(&self, store: &str, files: &[String]) -> Result<FileBatch, OpenAiError> {
        let attachments: Vec<_> = files
            .iter()
            .map(|file| Attachment {
                file_id: file.clone(),
                attributes: attributes(&json!({"source": "wiki", "version": 7})),
            })
            .collect();
        self.client
            .attach_files(&self.key, store, &attachments, soon())
            .await
    }

    /// Of all pages, and how many there were.
    async fn files(&self, store: &str) -> (Vec<StoreFile>, usize) {
        let (mut files, mut pages, mut after) = (Vec::new(), 0, None);
        loop {
            let page = self
                .client
                .store_files(&self.key, store, after.as_deref(), soon());
            let page = page.await.expect("a page");
            files.extend(page.files);
            pages += 1;
            after = page.next;
            if after.is_none() {
                return (files, pages);
            }
        }
    }
}

#[tokio::test]
async fn a_text_that_was_uploaded_and_attached_is_found() {
    let world = World::new().await;
    let store = "vs_handbook";
    world.fake.add_store(store);
    let file = world
        .upload("colours.md", "Vermilion is for urgent deliveries.")
        .await;
    let begun = world
        .attach(store, std::slice::from_ref(&file))
        .await
        .expect("begun");
    assert_eq!(
        (begun.status, begun.files_completed),
        (FileStatus::InProgress, 0)
    );
    let batch = world
        .client
        .file_batch(&world.key, store, &begun.id, soon())
        .await;
    let expected = FileBatch {
        id: begun.id,
        status: FileStatus::Completed,
        files_completed: 1,
        files_failed: 0,
        files_total: 1,
    };
    assert_eq!(batch.expect("there"), expected);
    let expected = StoreFile {
        id: file,
        status: FileStatus::Completed,
        error: None,
        attributes: attributes(&json!({"source": "wiki", "version": 7})),
    };
    assert_eq!(world.files(store).await, (vec![expected], 1));
}

#[tokio::test]
async fn no_name_and_no_text_leaves_its_part_of_the_form() {
    let world = World::new().await;
    let text = "first\r\n--mesh-boundary--\r\nlast vermilion\n";
    let file = world.upload("a\"\r\nb: c.md", text).await;
    world.attach(STORE, &[file]).await.expect("attached");
    let hits = world.search("vermilion", soon()).await.expect("answered");
    assert_eq!(hits[0].text, text.trim());
    assert_eq!(hits[0].filename, "a%22%0D%0Ab: c.md");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_why() {
    let world = World::new().await;
    let file = world.upload("empty.md", "").await;
    let begun = world.attach(STORE, &[file]).await.expect("begun");
    let batch = world
        .client
        .file_batch(&world.key, STORE, &begun.id, soon())
        .await;
    assert_eq!(batch.expect("there").files_failed, 1);
    let (files, _) = world.files(STORE).await;
    let last = files.last().expect("three files");
    assert_eq!(last.status, FileStatus::Failed);
    assert_eq!(last.error.as_deref(), Some("invalid_file"));
}

#[tokio::test]
async fn a_long_list_of_files_comes_in_pages() {
    let world = World::new().await;
    let store = "vs_many";
    world.fake.add_store(store);
    let add = |number| {
        world
            .fake
            .add_file(store, &format!("{number}.md"), "text", json!({}))
    };
    let expected: Vec<String> = (0..230).map(add).collect();
    let (files, pages) = world.files(store).await;
    let files: Vec<String> = files.into_iter().map(|file| file.id).collect();
    assert_eq!((files, pages), (expected, 3));
}

#[tokio::test]
async fn a_deleted_file_is_in_no_store_and_can_be_deleted_again() {
    let world = World::new().await;
    let (files, _) = world.files(STORE).await;
    for _ in 0..2 {
        let deleted = world
            .client
            .delete_file(&world.key, &files[0].id, soon())
            .await;
        deleted.expect("it is not there afterwards");
    }
    assert_eq!(world.files(STORE).await.0, files[1..]);
}

#[tokio::test]
async fn what_takes_effect_each_time_is_sent_once() {
    let world = World::new().await;
    for operation in [Operation::Upload, Operation::AttachFiles] {
        world.fake.next(operation, Behaviour::Reset);
    }
    let (client, key) = (&world.client, &world.key);
    let faults = [
        client.upload_file(key, "a.md", "text", soon()).await.err(),
        world.attach(STORE, &[]).await.err(),
    ];
    for fault in faults {
        assert!(
            matches!(fault, Some(OpenAiError::Unreachable(_))),
            "{fault:?}"
        );
    }
    assert_eq!(world.fake.requests().len(), 2);
}

#[tokio::test]
async fn files_that_no_store_has_are_listed_in_pages_too() {
    let world = World::new().await;
    for number in 0..1_001 {
        world.fake.upload(&format!("{number}.md"), "Colours.");
    }
    let first = world.client.uploaded_files(&world.key, None, soon()).await;
    let first = first.expect("a page");
    assert_eq!(first.files.len(), 1_000);
    let next = first.next.expect("there are more");
    let (client, key) = (&world.client, &world.key);
    let second = client.uploaded_files(key, Some(&next), soon()).await;
    let second = second.expect("a page");
    assert_eq!(second.next, None);
    let listed = first.files.iter().chain(&second.files);
    let listed: BTreeSet<&str> = listed.map(|file| file.filename.as_str()).collect();
    let missing = (0..1_001).find(|number| !listed.contains(format!("{number}.md").as_str()));
    assert_eq!(missing, None);
}
