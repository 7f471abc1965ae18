//! From a byte offset in a text to the line and column a person looks for.

use super::Location;

/// Characters are counted block by block once, so that one long line does not make every look-up read it from its start.
const BLOCK: usize = 1024;

/// The lines of a text.
#[derive(Clone, Debug)]
pub struct Lines {
    /// Byte offset of the first byte of each line.
    starts: Vec<usize>,
    /// Number of characters before each block.
    characters: Vec<usize>,
}

impl Lines {
    /// Reads the lines of `text`; a line ends with a line feed.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let line_feeds = bytes.iter().enumerate().filter(|&(_, &byte)| byte == b'\n');
        let starts = std::iter::once(0).chain(line_feeds.map(|(offset, _)| offset + 1)).collect();
        let blocks = bytes.chunks(BLOCK).scan(0, |before, block| {
            let here = *before;
            *before += characters(block);
            Some(here)
        });
        Self { starts, characters: blocks.collect() }
    }

    /// The place of the `length` bytes at `offset` of `text`, which must be the text these lines were read from.
    ///
    /// An offset beyond the end is taken as the end. A byte order mark takes no column.
    #[must_use]
    pub fn locate(&self, text: &str, offset: usize, length: usize) -> Location {
        let offset = offset.min(text.len());
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts[line - 1];
        let mark = usize::from(line == 1 && offset > 0 && text.starts_with('\u{feff}'));
        let column = self.characters_before(text, offset) - self.characters_before(text, start) - mark + 1;
        Location { line, column, offset, length: length.min(text.len() - offset) }
    }

    /// The bytes of a line, counted from 1, without its line end; nothing beyond the last line.
    #[must_use]
    pub fn range(&self, text: &str, line: usize) -> std::ops::Range<usize> {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(text.len());
        let end = self.starts.get(line).copied().unwrap_or(text.len());
        start..start + text[start..end].trim_end_matches(['\r', '\n']).len()
    }

    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let block = (offset / BLOCK).min(self.characters.len().saturating_sub(1));
        let before = self.characters.get(block).copied().unwrap_or(0);
        before + characters(&text.as_bytes()[(block * BLOCK).min(offset)..offset])
    }
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
