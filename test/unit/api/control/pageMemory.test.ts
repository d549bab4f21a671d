import assert from 'node:assert/strict';
import { PageMemory } from '../../../../src/api/control/pageMemory';

/** A memory whose pages are parsed into lists of words; records which texts it parsed. */
function memory() {
  const pages = new PageMemory<readonly string[]>();
  const read: string[] = [];
  const recall = (query: string, text: string): Promise<readonly string[]> =>
    pages.recall(query, text, unread => {
      read.push(unread);
      return Promise.resolve(unread.split(' '));
    });
  return { recall, takeRead: () => read.splice(0) };
}

describe('PageMemory', () => {
  it('parses a page again only when its text has changed', async () => {
    const { recall, takeRead } = memory();
    const first = [await recall('', 'a b'), await recall('c=1', 'c d')];
    assert.deepEqual(takeRead(), ['a b', 'c d']);
    for (let listing = 0; listing < 3; listing += 1) {
      assert.equal(await recall('', 'a b'), first[0]);
      assert.equal(await recall('c=1', 'c d'), first[1]);
    }
    assert.deepEqual(takeRead(), []);
  });

  it('parses a changed page, and remembers the new text', async () => {
    const { recall, takeRead } = memory();
    await recall('', 'a');
    assert.deepEqual(await recall('', 'b'), ['b']);
    assert.deepEqual(await recall('', 'b'), ['b']);
    assert.deepEqual(await recall('', 'a'), ['a']);
    assert.deepEqual(takeRead(), ['a', 'b', 'a']);
  });

  it('keeps the texts of different pages apart', async () => {
    const { recall, takeRead } = memory();
    await recall('', 'a');
    await recall('c=1', 'a');
    assert.deepEqual(takeRead(), ['a', 'a']);
  });

  it('drops pages that the last listing did not have', async () => {
    const { recall, takeRead } = memory();
    await recall('', 'a');
    await recall('c=1', 'b');
    await recall('', 'a');
    await recall('', 'a');
    await recall('c=1', 'b');
    assert.deepEqual(takeRead(), ['a', 'b', 'b']);
  });

  it('does not keep a text with a routing hint', async () => {
    const { recall, takeRead } = memory();
    for (const text of ['{"routing_hint":"x"}', '{"routingHint":"x"}']) {
      await recall('', text);
      await recall('', text);
      assert.deepEqual(takeRead(), [text, text]);
    }
  });

  it('keeps a text whose rows have no routing hint, as those of the service have none', async () => {
    const { recall, takeRead } = memory();
    const text = '{"routing_hint":null,"routingHint" : null}';
    await recall('', text);
    await recall('', text);
    assert.deepEqual(takeRead(), [text]);
  });

  it('keeps 16 million characters at most', async () => {
    const { recall, takeRead } = memory();
    const long = 'x'.repeat(6_000_000);
    for (let listing = 0; listing < 2; listing += 1) {
      await recall('', long);
      await recall('c=1', long);
      await recall('c=2', long);
    }
    assert.equal(takeRead().length, 4);
  });
});
