import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseAnswer } from '../../../../../src/api/http/bodies/longJson';
import { ApiError } from '../../../../../src/core/kernel/errors';
import { maxJsonValues, maxValuesAtOnce } from '../../../../../src/core/kernel/listBounds';
import { assertStrain } from '../../../../support/strain';

/** In pieces of a few characters, so that a short text counts as long. */
function inPieces(text: string, piece = 3, mostEntries = Infinity): Promise<unknown> {
  return parseAnswer(text, mostEntries, { longer: 0, piece });
}

function parsed(text: string): unknown {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return 'not JSON';
  }
}

async function parsedInPieces(text: string, piece: number): Promise<unknown> {
  try {
    return { value: await inPieces(text, piece) };
  } catch (error) {
    assert.ok(ApiError.is(error, 'schema'), String(error));
    return 'not JSON';
  }
}

const answer = fc.oneof(
  fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue()))),
  fc.array(fc.jsonValue()),
  fc.jsonValue(),
);

describe('parseAnswer', () => {
  it('parses a long text in pieces as in one go', async () => {
    await fc.assert(
      fc.asyncProperty(answer, fc.nat(40), fc.constantFrom(0, 1), async (value, piece, indent) => {
        const text = JSON.stringify(value, null, indent);
        assert.deepEqual(await parsedInPieces(text, piece + 1), parsed(text));
      }),
    );
  });

  it('refuses what is not JSON wherever the piece ends', async () => {
    const broken = fc.tuple(
      answer,
      fc.nat(),
      fc.constantFrom('', ',', ']', '}', '[', '{', '"', '\\', '1', ':'),
    );
    await fc.assert(
      fc.asyncProperty(broken, fc.nat(20), async ([value, at, garbage], piece) => {
        const text = JSON.stringify(value);
        const place = at % (text.length + 1);
        const changed = text.slice(0, place) + garbage + text.slice(place + (at % 2));
        assert.deepEqual(await parsedInPieces(changed, piece + 1), parsed(changed), changed);
      }),
      { numRuns: 1_000 },
    );
    for (const text of [
      '[1,]',
      '[,1]',
      '[1,,2]',
      '{"a":[1,]}',
      '{"a":[,]}',
      '[1][2]',
      '{"a":[1]]}',
      '[1}',
      '[}',
      '',
      ' ',
    ])
      for (const piece of [1, 2, 3, 100]) assert.equal(await parsedInPieces(text, piece), 'not JSON', text);
  });

  it('takes the last of two members of a name, and `__proto__` for a name', async () => {
    for (const text of ['{"a":[1],"a":[2,3]}', '{"a":[1],"a":2}', '{"__proto__":[1,2],"b":[]}']) {
      const value = await inPieces(text);
      assert.deepEqual(value, JSON.parse(text));
      assert.equal(Object.getPrototypeOf(value), Object.prototype);
    }
  });

  it('parses no more entries of a list than are asked for, and all that follows the list', async () => {
    const text =
      '{"rows":[{"a":[1,2]},"],[",3 , oops ,[[[,}],"next":"c","more":[1,2,3],"last":{"x":[1,2,3,4]}}';
    const expected = {
      rows: [{ a: [1, 2] }, '],[', 3],
      next: 'c',
      more: [1, 2, 3],
      last: { x: [1, 2, 3, 4] },
    };
    for (const piece of [1, 5, 1_000])
      await assert.rejects(inPieces(text, piece, 3), (error: unknown) => ApiError.is(error, 'schema'));
    for (const piece of [1, 5, 1_000])
      assert.deepEqual(await inPieces(text.replace('[[[,}', '[[[,]]]'), piece, 3), expected);
    assert.deepEqual(await inPieces('[1,2,3]', 100, 3), [1, 2, 3]);
    await assert.rejects(inPieces('{"rows":[1,2,3,4', 2, 3), 'A list that is cut off is not whole');
  });

  const isTooLarge = (error: unknown): boolean => ApiError.is(error, 'schema') && error.code === 'TOO_LARGE';

  it('refuses more values than there is room for', async () => {
    for (const value of ['1', '[]', '{}', '{"a":1}', '""'])
      await assert.rejects(parseAnswer(`[${`${value},`.repeat(2.5 * maxJsonValues)}1]`), isTooLarge, value);
    await assert.rejects(parseAnswer('['.repeat(2.5 * maxJsonValues)), isTooLarge);
    for (const text of [
      `[[${'1000,'.repeat(maxValuesAtOnce)}1]]`,
      `{"a":{"b":[${'1000,'.repeat(maxValuesAtOnce)}1]}}`,
    ])
      await assert.rejects(parseAnswer(text), isTooLarge);
  });

  it('counts neither what is inside a text nor what is not parsed', async () => {
    const text = '[,]{,}\\"\\\\'.repeat(maxJsonValues);
    assert.equal(String(await parseAnswer(`"${text}"`)).length, 8 * maxJsonValues);
    const list = await parseAnswer(`[${'1000000,'.repeat(maxJsonValues - 10)}1]`);
    assert.ok(Array.isArray(list) && list.length === maxJsonValues - 9);
    const cut = await parseAnswer(`{"a":[${'[1],'.repeat(1.5 * maxJsonValues)}1]}`, 7);
    assert.deepEqual(cut, { a: Array.from({ length: 7 }, () => [1]) });
  });

  it('lets everything else in between, however the text is made', async () => {
    const rows = (row: string, count: number): string => `{"rows":[${`${row},`.repeat(count)}1]}`;
    const texts = {
      rows: rows('{"id":"rogue000001","status":"running"}', 200_000),
      'small values': rows('[]', 450_000),
      escapes: rows(`"${'\\"'.repeat(1_000)}"`, 8_000),
      'long text': rows(`"${'x'.repeat(1_000_000)}"`, 30),
      deep: rows(`${'['.repeat(200_000)}${']'.repeat(200_000)}`, 3) + ' '.repeat(1_000_000),
    };
    for (const [what, text] of Object.entries(texts))
      await assertStrain(what, { mib: 150, turnMs: 120 }, () => parseAnswer(text));
  }).timeout(60_000);
});
