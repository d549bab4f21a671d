import assert from 'node:assert/strict';
import { PageMemory } from '../../../../src/api/control/pageMemory';

/** A memory whose pages are parsed into lists of words; records which texts it parsed. */
function memory() {
  const pages = new PageMemory<readonly string[]>();
  const read: string[] = [];
  const recall = (query: string, text: string): readonly string[] =>
    pages.recall(query, text, unread => {
      read.push(unread);
      return unread.split(' ');
    });
  return { recall, takeRead: () => read.splice(0) };
}

describe('PageMemory', () => {
  it('parses a page again only when its text has changed', () => {
    const { recall, takeRead } = memory();
    const first = [recall('', 'a b'), recall('c=1', 'c d')];
    assert.deepEqual(takeRead(), ['a b', 'c d']);
    for (let listing = 0; listing < 3; listing += 1) {
      assert.equal(recall('', 'a b'), first[0]);
      assert.equal(recall('c=1', 'c d'), first[1]);
    }
    assert.deepEqual(takeRead(), []);
  });

  it('parses a changed page, and remembers the new text', () => {
    const { recall, takeRead } = memory();
    recall('', 'a');
    assert.deepEqual(recall('', 'b'), ['b']);
    assert.deepEqual(recall('', 'b'), ['b']);
    assert.deepEqual(recall('', 'a'), ['a']);
    assert.deepEqual(takeRead(), ['a', 'b', 'a']);
  });

  it('keeps the texts of different pages apart', () => {
    const { recall, takeRead } = memory();
    recall('', 'a');
    recall('c=1', 'a');
    assert.deepEqual(takeRead(), ['a', 'a']);
  });

  it('drops pages that the last listing did not have', () => {
    const { recall, takeRead } = memory();
    recall('', 'a');
    recall('c=1', 'b');
    recall('', 'a');
    recall('', 'a');
    recall('c=1', 'b');
    assert.deepEqual(takeRead(), ['a', 'b', 'b']);
  });

  it('does not keep a text with a routing hint', () => {
    const { recall, takeRead } = memory();
    for (const text of ['{"routing_hint":"x"}', '{"routingHint":"x"}']) {
      recall('', text);
      recall('', text);
      assert.deepEqual(takeRead(), [text, text]);
    }
  });

  it('keeps 16 million characters at most', () => {
    const { recall, takeRead } = memory();
    const long = 'x'.repeat(6_000_000);
    for (let listing = 0; listing < 2; listing += 1) {
      recall('', long);
      recall('c=1', long);
      recall('c=2', long);
    }
    assert.equal(takeRead().length, 4);
  });
});
