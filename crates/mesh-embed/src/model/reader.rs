use std::ops::Range;

use super::Shape;
use crate::network::{Layer, Linear, Norm, PANEL};
use crate::wordpiece::WordPiece;

/// Larger ones are no sizes of a network but damage: what follows multiplies them.
const LARGEST_SIZE: usize = 1 << 16;

/// Reads a model's parts in the order they were written. `None` where there is less than there should be.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    pub(super) fn shape(&mut self) -> Option<Shape> {
        let shape = Shape {
            width: self.size()?,
            heads: self.size()?,
            layers: self.size()?,
            feed_forward: self.size()?,
        };
        let is_even = shape.heads > 0
            && shape.width.is_multiple_of(shape.heads)
            && shape.width.is_multiple_of(PANEL)
            && shape.feed_forward.is_multiple_of(PANEL)
            && shape.width.min(shape.feed_forward) > 0;
        is_even.then_some(shape)
    }

    /// The vocabulary, and how many pieces it has.
    pub(super) fn vocabulary(&mut self) -> Option<(WordPiece, usize)> {
        let length = self.number()?;
        let range = self.range(length)?;
        let text = str::from_utf8(&self.bytes[range]).ok()?;
        Some((WordPiece::new(text)?, text.lines().count()))
    }

    pub(super) fn layer(&mut self, shape: Shape) -> Option<Layer> {
        let Shape {
            width,
            feed_forward,
            ..
        } = shape;
        Some(Layer {
            attention: self.linear(width, 3 * width)?,
            attention_out: self.linear(width, width)?,
            attention_norm: self.norm(shape)?,
            feed_forward: self.linear(width, feed_forward)?,
            feed_forward_out: self.linear(feed_forward, width)?,
            feed_forward_norm: self.norm(shape)?,
        })
    }

    pub(super) fn norm(&mut self, shape: Shape) -> Option<Norm> {
        Some(Norm {
            stretch: self.floats(shape.width)?,
            shift: self.floats(shape.width)?,
        })
    }

    pub(super) fn floats(&mut self, count: usize) -> Option<Vec<f32>> {
        let range = self.range(count.checked_mul(4)?)?;
        let (values, _) = self.bytes[range].as_chunks::<4>();
        Some(
            values
                .iter()
                .map(|value| f32::from_le_bytes(*value))
                .collect(),
        )
    }

    pub(super) fn range(&mut self, length: usize) -> Option<Range<usize>> {
        let end = self
            .at
            .checked_add(length)
            .filter(|end| *end <= self.bytes.len())?;
        let range = self.at..end;
        self.at = end;
        Some(range)
    }

    fn linear(&mut self, inputs: usize, outputs: usize) -> Option<Linear> {
        Some(Linear {
            weights: self.range(inputs * outputs)?,
            scales: self.floats(outputs)?,
            bias: self.floats(outputs)?,
        })
    }

    fn size(&mut self) -> Option<usize> {
        self.number().filter(|size| *size <= LARGEST_SIZE)
    }

    fn number(&mut self) -> Option<usize> {
        let range = self.range(4)?;
        let (number, _) = self.bytes[range].as_chunks::<4>();
        usize::try_from(u32::from_le_bytes(*number.first()?)).ok()
    }
}
