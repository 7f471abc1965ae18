//! From a byte offset in a text to the line and column a person looks for.

use super::Location;

/// Only what is needed at each block is kept, so that millions of lines cost little, and a long line is not read from its start.
const BLOCK: usize = 1024;

/// The lines of a text.
#[derive(Clone, Debug)]
pub struct Lines {
    /// One for every [`BLOCK`] bytes, and one for the empty text.
    blocks: Vec<Block>,
}

/// What stands before a block.
#[derive(Clone, Copy, Debug)]
struct Block {
    line_feeds: usize,
    characters: usize,
    /// Byte offset of the line that the block begins in.
    line_start: usize,
    /// Characters before that line.
    line_characters: usize,
}

impl Lines {
    /// Reads the lines of `text`; a line ends with a line feed.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut at = Block { line_feeds: 0, characters: 0, line_start: 0, line_characters: 0 };
        let mut blocks = vec![at];
        for (number, block) in text.as_bytes().chunks(BLOCK).enumerate() {
            let last = block.iter().rposition(|&byte| byte == b'\n');
            if let Some(last) = last {
                at.line_start = number * BLOCK + last + 1;
                at.line_characters = at.characters + characters(&block[..=last]);
            }
            at.line_feeds += line_feeds(block);
            at.characters += characters(block);
            blocks.push(at);
        }
        Self { blocks }
    }

    /// The place of the `length` bytes at `offset` of `text`, which must be the text these lines were read from.
    ///
    /// An offset beyond the end is taken as the end. A byte order mark takes no column.
    #[must_use]
    pub fn locate(&self, text: &str, offset: usize, length: usize) -> Location {
        let offset = offset.min(text.len());
        let number = (offset / BLOCK).min(self.blocks.len() - 1);
        let (before, here) = (self.blocks[number], &text.as_bytes()[number * BLOCK..offset]);
        let line = before.line_feeds + line_feeds(here) + 1;
        let column = match here.iter().rposition(|&byte| byte == b'\n') {
            Some(last) => characters(&here[last + 1..]),
            None => before.characters + characters(here) - before.line_characters,
        };
        let mark = usize::from(line == 1 && offset > 0 && text.starts_with('\u{feff}'));
        Location { line, column: column - mark + 1, offset, length: length.min(text.len() - offset) }
    }

    /// The bytes of a line, counted from 1, without its line end; nothing beyond the last line.
    #[must_use]
    pub fn range(&self, text: &str, line: usize) -> std::ops::Range<usize> {
        let (start, end) = (self.start(text, line.saturating_sub(1)), self.start(text, line));
        start..start + text[start..end].trim_end_matches(['\r', '\n']).len()
    }

    /// Byte offset behind this many line feeds; the end of the text where there are fewer.
    fn start(&self, text: &str, line_feeds: usize) -> usize {
        if line_feeds == 0 {
            return 0;
        }
        // the last block with fewer before it has the line feed
        let number = self.blocks.partition_point(|block| block.line_feeds < line_feeds) - 1;
        let missing = line_feeds - self.blocks[number].line_feeds;
        let rest = text.as_bytes().iter().enumerate().skip(number * BLOCK).filter(|&(_, &byte)| byte == b'\n');
        rest.map(|(offset, _)| offset + 1).nth(missing - 1).unwrap_or(text.len())
    }
}

fn line_feeds(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'\n').count()
}

/// The characters that begin in `bytes`: those bytes of UTF-8 that continue none.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let text = "a\r\néé x\n";
        let lines = Lines::of(text);
        let at = |offset| {
            let place = lines.locate(text, offset, 1);
            (place.line, place.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(8), (2, 4));
        assert_eq!(at(text.len()), (3, 1));
        assert_eq!(&text[lines.range(text, 2)], "éé x");
        assert_eq!(lines.range(text, 9), text.len()..text.len());
    }

    proptest! {
        #[test]
        fn columns_agree_with_plain_counting(text in "[aé\n]{0,3000}", at in 0_usize..6000) {
            let at = (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap();
            let place = Lines::of(&text).locate(&text, at, 0);
            let before = &text[..at];
            let start = before.rfind('\n').map_or(0, |feed| feed + 1);
            prop_assert_eq!(place.line, before.matches('\n').count() + 1);
            prop_assert_eq!(place.column, before[start..].chars().count() + 1);
        }
    }
}
