use anyhow::Result;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TEXT, Value};
use tantivy::{Index, IndexReader, IndexWriter, TantivyDocument, Term};

use super::{Contestant, PASSAGES, distinct, passages};
use crate::retrieval::pages::Page;

/// tantivy as it comes: its default tokenizer, BM25, title, headings and text in one field.
pub(crate) struct PlainTantivy {
    index: Index,
    reader: IndexReader,
    page: Field,
    text: Field,
}

impl PlainTantivy {
    pub(crate) fn index(pages: &[Page]) -> Result<Self> {
        let mut schema = Schema::builder();
        let page = schema.add_text_field("page", STRING | STORED);
        let text = schema.add_text_field("text", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 150_000_000)?;
        for (name, passage) in passages(pages) {
            let mut document = TantivyDocument::default();
            document.add_text(page, name);
            let headings = passage.headings.join("\n");
            document.add_text(
                text,
                format!("{}\n{headings}\n{}", passage.title, passage.text),
            );
            writer.add_document(document)?;
        }
        writer.commit()?;
        let reader = index.reader()?;
        Ok(Self {
            index,
            reader,
            page,
            text,
        })
    }
}

impl std::fmt::Debug for PlainTantivy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PlainTantivy")
    }
}

impl Contestant for PlainTantivy {
    fn pages(&self, query: &str, limit: usize) -> Result<Vec<String>> {
        let mut terms: Vec<Box<dyn Query>> = Vec::new();
        let mut analyzer = self.index.tokenizer_for_field(self.text)?;
        analyzer.token_stream(query).process(&mut |token| {
            let term = Term::from_field_text(self.text, &token.text);
            terms.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
        });
        let searcher = self.reader.searcher();
        let top = TopDocs::with_limit(PASSAGES).order_by_score();
        let mut pages = Vec::new();
        for (_, address) in searcher.search(&BooleanQuery::union(terms), &top)? {
            let document: TantivyDocument = searcher.doc(address)?;
            let page = document.get_first(self.page);
            pages.extend(page.and_then(|page| page.as_str().map(str::to_owned)));
        }
        Ok(distinct(pages, limit))
    }
}
