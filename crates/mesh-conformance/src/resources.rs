use mesh_tools::Needs;
use mesh_tools::reply::{Body, Content};
use mesh_tools::resource::{Completion, Extent, Resource, Template};

use crate::content::PNG;

pub(crate) static RESOURCES: &[Resource] = &[
    Resource {
        uri: "test://static-text",
        name: "static-text",
        title: "Static text",
        description: "A text that never changes.",
        media_type: "text/plain",
        needs: Needs::NOTHING,
        read: |_, _| {
            Box::pin(async {
                let text = "This is the content of the static text resource.";
                Ok(Content::text("test://static-text", "text/plain", text))
            })
        },
    },
    Resource {
        uri: "test://static-binary",
        name: "static-binary",
        title: "Static image",
        description: "An image that never changes.",
        media_type: "image/png",
        needs: Needs::NOTHING,
        read: |_, _| {
            Box::pin(async {
                Ok(Content {
                    uri: "test://static-binary".to_owned(),
                    media_type: "image/png".to_owned(),
                    body: Body::Blob(PNG.to_owned()),
                })
            })
        },
    },
    Resource {
        uri: "test://watched-resource",
        name: "watched-resource",
        title: "Watched text",
        description: "A text to subscribe to.",
        media_type: "text/plain",
        needs: Needs::NOTHING,
        read: |_, _| {
            Box::pin(async {
                Ok(Content::text(
                    "test://watched-resource",
                    "text/plain",
                    "Watched.",
                ))
            })
        },
    },
];

pub(crate) static TEMPLATES: &[Template] = &[Template {
    prefix: "test://template/",
    expression: "{id}",
    suffix: "/data",
    variable: "id",
    name: "template",
    title: "Data by id",
    description: "Data that names its id.",
    media_type: "application/json",
    extent: Extent::Whole,
    needs: Needs::NOTHING,
    read: |_, named| {
        Box::pin(async move {
            let id = named.value;
            let data = serde_json::json!({"id": id, "templateTest": true, "data": format!("Data for ID: {id}")});
            Ok(Content::text("", "application/json", data.to_string()))
        })
    },
    complete: |_, _| Box::pin(async { Ok(Completion::default()) }),
}];
