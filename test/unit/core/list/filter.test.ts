import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseFilter, suggestFilters } from '../../../../src/core/list/filter';
import { sandbox } from '../../../support/sandboxBuilder';
import { rowsArbitrary } from '../arbitraries';

const gpu = sandbox({
  id: 'x7',
  name: 'GPU-Train',
  image: 'cuda:12.4',
  state: 'unknown',
  rawState: 'Frozen',
});
const nameless = sandbox({ id: 'q9', name: undefined, image: undefined });

describe('parseFilter', () => {
  const cases: readonly (readonly [text: string, matches: boolean])[] = [
    ['', true],
    ['   ', true],
    ['train', true],
    ['TRAIN', true],
    ['x7', true],
    ['cuda', true],
    ['frozen', true],
    ['nothing', false],
    ['gpu cuda', true],
    ['  gpu\t cuda ', true],
    ['gpu nothing', false],
    ['name:gpu', true],
    ['NAME:Gpu', true],
    ['name:cuda', false],
    ['name:xpu', false],
    ['image:xuda', false],
    ['image:cuda', true],
    ['image:cuda:12', true],
    ['image:gpu', false],
    ['state:froz', true],
    ['state:unknown', false],
    ['state:rozen', false],
    ['rozen', false],
    ['id:x7', true],
    ['id:gpu', false],
    ['state:', true],
    ['cuda:12', true],
    [':12', true],
    ['nothing:12', false],
    ['name:gpu image:cuda state:frozen id:x', true],
    ['name:gpu image:ubuntu', false],
  ];
  for (const [text, matches] of cases)
    it(`"${text}" ${matches ? 'matches' : 'leaves out'} GPU-Train`, () => {
      assert.equal(parseFilter(text)(gpu), matches);
    });

  it('finds sandboxes without a name and an image by their other fields', () => {
    assert.equal(parseFilter('q9')(nameless), true);
    assert.equal(parseFilter('name:q9')(nameless), false);
    assert.equal(parseFilter('image:ubuntu')(nameless), false);
  });

  it('recognizes only its four field prefixes', () => {
    for (const text of ['constructor:x', '__proto__:x', 'toString:x', 'raw:x'])
      assert.equal(parseFilter(text)(gpu), false);
  });

  it('never throws, for any text', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        assert.equal(typeof parseFilter(text)(gpu), 'boolean');
      }),
    );
  });

  it('never matches more with more words', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'api', 'running', 'state:frozen', 'name:docs', 'id:c'));
    fc.assert(
      fc.property(rowsArbitrary, words, words, (rows, some, more) => {
        const wide = parseFilter(some.join(' '));
        const narrow = parseFilter([...some, ...more].join(' '));
        for (const row of rows) if (narrow(row.sandbox)) assert.ok(wide(row.sandbox));
      }),
    );
  });
});

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
  it('suggests existing states and images, each with the number of matches', () => {
    assert.deepEqual(suggested(''), [
      'state:running 2',
      'state:suspended 1',
      'state:Frozen 1',
      'image:cuda 2',
      'image:node 1',
    ]);
  });

  it('completes the current word, with or without its field', () => {
    assert.deepEqual(suggested('sus'), ['state:suspended 1']);
    assert.deepEqual(suggested('IMAGE:'), ['image:cuda 2', 'image:node 1']);
    assert.deepEqual(suggested('image:no'), ['image:node 1']);
    assert.deepEqual(suggested('name:x'), []);
  });

  it('suggests as second word what matches the first, and no word twice', () => {
    assert.deepEqual(suggested('cuda '), ['cuda state:running 2', 'cuda image:cuda 2']);
    assert.deepEqual(suggested('state:RUNNING '), ['state:RUNNING image:cuda 2']);
    assert.deepEqual(suggested('state:running'), []);
    assert.deepEqual(suggested('nothing '), []);
  });

  it('counts the matches of each suggestion correctly, for any text', () => {
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

  it('limits the number of suggestions', () => {
    const many = Array.from({ length: 200 }, (_, index) => sandbox({ id: `${index}`, image: `i${index}` }));
    assert.equal(suggestFilters('', many).length, 50);
  });
});
