use futures::future::BoxFuture;
use mesh_index::{Document, Kind};

use crate::context::Context;
use crate::error::ToolError;
use crate::knowledge::document_uri;
use crate::reply::Content;
use crate::resource::{Completion, Template};
use crate::resources::MOST_COMPLETIONS;
use crate::tool::Needs;

pub(super) const TEMPLATE: Template = Template {
    prefix: "aoma://doc/",
    expression: "{id}",
    suffix: "",
    variable: "id",
    name: "document",
    title: "A document of the knowledge base",
    description: "The whole text of an indexed document, as Markdown with its headings; the path stands on top.",
    media_type: "text/markdown",
    needs: Needs::Corpus(Kind::Knowledge),
    read,
    complete,
};

fn read<'a>(cx: Context<'a>, id: &'a str) -> BoxFuture<'a, Result<Content, ToolError>> {
    Box::pin(async move {
        let wanted = id.to_owned();
        let found = cx.search(move |corpus| corpus.document(&wanted)).await?;
        let document = found.ok_or_else(|| unknown(id))?;
        Ok(Content::text(
            document_uri(id),
            "text/markdown",
            markdown(&document),
        ))
    })
}

fn unknown(id: &str) -> ToolError {
    ToolError::NotFound(format!(
        "no document has the id `{id}`; `aoma://knowledge-base` lists them, and citations of `query_aoma_knowledge` carry \
         their `uri`"
    ))
}

fn complete<'a>(cx: Context<'a>, typed: &'a str) -> BoxFuture<'a, Result<Completion, ToolError>> {
    Box::pin(async move {
        let typed = typed.to_owned();
        let found = cx
            .search(move |corpus| corpus.complete_documents(&typed, MOST_COMPLETIONS))
            .await?;
        Ok(Completion {
            values: found.values,
            total: found.total,
        })
    })
}

/// Each heading once, where its section begins, one level below those it stands under.
fn markdown(document: &Document) -> String {
    let mut text = format!(
        "<!-- {} -->\n\n# {}\n",
        document.info.path, document.info.title
    );
    let mut open: &[String] = &[];
    for passage in &document.passages {
        let same = open
            .iter()
            .zip(&passage.headings)
            .take_while(|(a, b)| a == b)
            .count();
        for (depth, heading) in passage.headings.iter().enumerate().skip(same) {
            let marks = "#".repeat((depth + 2).min(6));
            text.push_str(&format!("\n{marks} {heading}\n"));
        }
        text.push_str(&format!("\n{}\n", passage.text.trim()));
        open = &passage.headings;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use mesh_index::{DocumentInfo, Passage};

    fn passage(headings: &[&str], text: &str) -> Passage {
        Passage {
            headings: headings.iter().map(|&heading| heading.to_owned()).collect(),
            text: text.to_owned(),
            ..Passage::default()
        }
    }

    #[test]
    fn a_document_is_put_together_under_its_headings() {
        let document = Document {
            info: DocumentInfo {
                id: String::new(),
                path: "docs/a.md".to_owned(),
                title: "Handbook".to_owned(),
                passages: 4,
            },
            passages: vec![
                passage(&[], "Welcome."),
                passage(&["Returns", "Late"], "One."),
                passage(&["Returns", "Late"], "Two."),
                passage(&["Returns", "Never"], "Three."),
            ],
        };
        assert_eq!(
            markdown(&document),
            "<!-- docs/a.md -->\n\n# Handbook\n\nWelcome.\n\n## Returns\n\n### Late\n\nOne.\n\nTwo.\n\n### Never\n\nThree.\n"
        );
    }
}
