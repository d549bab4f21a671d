import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseFilter, suggestFilters } from '../../../../src/core/list/filter';
import { sandbox } from '../../../support/sandboxBuilder';
import { rowsArbitrary } from '../arbitraries';

const sandboxes = [
  sandbox({ id: 'a', state: 'suspended', image: 'node' }),
  sandbox({ id: 'b', image: 'cuda' }),
  sandbox({ id: 'c', image: 'cuda' }),
  sandbox({ id: 'd', state: 'unknown', rawState: 'Frozen', image: undefined }),
  sandbox({ id: 'e', state: 'unknown', rawState: 'two words', image: 'two words' }),
];

function suggested(text: string): readonly string[] {
  return suggestFilters(text, sandboxes).map(({ text: filter, count }) => `${filter} ${count}`);
}

describe('suggestFilters', () => {
  it('offers the states and images there are, with how many sandboxes they leave', () => {
    assert.deepEqual(suggested(''), [
      'state:running 2',
      'state:suspended 1',
      'state:Frozen 1',
      'image:cuda 2',
      'image:node 1',
    ]);
  });

  it('completes the word being typed, with or without its field', () => {
    assert.deepEqual(suggested('sus'), ['state:suspended 1']);
    assert.deepEqual(suggested('IMAGE:'), ['image:cuda 2', 'image:node 1']);
    assert.deepEqual(suggested('image:no'), ['image:node 1']);
    assert.deepEqual(suggested('name:x'), []);
  });

  it('offers for a second word what the first leaves, and no word twice', () => {
    assert.deepEqual(suggested('cuda '), ['cuda state:running 2', 'cuda image:cuda 2']);
    assert.deepEqual(suggested('state:RUNNING '), ['state:RUNNING image:cuda 2']);
    assert.deepEqual(suggested('state:running'), []);
    assert.deepEqual(suggested('nothing '), []);
  });

  it('tells the truth about what each leaves, whatever is typed', () => {
    const typed = fc.oneof(fc.string(), fc.constantFrom('s', 'state:', 'api r', 'docs ', 'frozen z'));
    fc.assert(
      fc.property(rowsArbitrary, typed, (rows, text) => {
        const all = rows.map(row => row.sandbox);
        for (const { text: filter, count } of suggestFilters(text, all)) {
          assert.equal(all.filter(parseFilter(filter)).length, count);
          assert.ok(count > 0);
        }
      }),
    );
  });

  it('offers no more than a list can hold', () => {
    const many = Array.from({ length: 200 }, (_, index) => sandbox({ id: `${index}`, image: `i${index}` }));
    assert.equal(suggestFilters('', many).length, 50);
  });
});
