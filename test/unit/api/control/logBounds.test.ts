import assert from 'node:assert/strict';
import { RetainedLogs } from '../../../../src/api/control/logs';
import { logBounds } from '../../../../src/core/logs';
import { type LogEntry, newestLines } from '../../../../src/core/logs';
import { assertLinear, assertStrain } from '../../../support/strain';
import { refused } from '../http/box';
import { clientWith, FakeTransport, never } from '../http/fakeTransport';

function logsOf(json: unknown): RetainedLogs {
  return new RetainedLogs(clientWith(new FakeTransport({ text: JSON.stringify(json) })), 'ns');
}

const line = (number: number, more: object = {}): object => ({
  uuid: `u${number}`,
  body: `b${number}`,
  ...more,
});

/** Characters that are kept of some lines. */
function charactersOf(entries: readonly LogEntry[]): number {
  return JSON.stringify(entries).length;
}

describe('bounds of retained lines', () => {
  it('keeps the newest of a page, and says that those before them cannot be read', async () => {
    const logs = Array.from({ length: logBounds.pageLines + 5 }, (_, number) => line(number));
    const page = await logsOf({ logs, nextToken: 'more' }).page('a', {}, never);
    assert.deepEqual(
      [page.entries.length, page.isTruncated, page.nextToken],
      [logBounds.pageLines, true, undefined],
    );
    assert.equal(page.entries[0]?.body, 'b5');
    const whole = await logsOf({ logs: logs.slice(5), nextToken: 'more' }).page('a', {}, never);
    assert.deepEqual(
      [whole.entries.length, whole.isTruncated, whole.nextToken],
      [logBounds.pageLines, undefined, 'more'],
    );
  });

  it('says how much of a text is missing', async () => {
    const { bodyCharacters } = logBounds;
    const logs = [
      line(1, { body: 'x'.repeat(bodyCharacters + 7) }),
      line(2, { body: 'x'.repeat(bodyCharacters) }),
    ];
    const { entries } = await logsOf({ logs }).page('a', {}, never);
    assert.deepEqual(
      entries.map(({ body, omitted }) => [body.length, omitted]),
      [
        [bodyCharacters, 7],
        [bodyCharacters, undefined],
      ],
    );
  });

  it('refuses an answer of which one text would take long to parse', async () => {
    const logs = [line(1, { body: 'x'.repeat(logBounds.answerCharacters) })];
    const error = await refused('schema', logsOf({ logs }).page('a', {}, never));
    assert.equal(error.code, 'TOO_LARGE');
  });

  it('offers a thousand processes to filter by', async () => {
    const processes = Array.from({ length: 50_000 }, (_, number) => ({ processId: `p${number}` }));
    assert.equal((await logsOf({ processes }).processes('a', never)).length, logBounds.processes);
  });

  const millions = 8 * 1024 * 1024;
  const attacks: Readonly<Record<string, () => object>> = {
    'many lines': () => ({ logs: Array.from({ length: 200_000 }, (_, number) => line(number)) }),
    'a line of line ends': () => ({ logs: [line(1, { body: '\n'.repeat(7_000_000) })] }),
    'lines of a million characters': () => ({
      logs: Array.from({ length: 12 }, (_, number) =>
        line(number, { body: `${number}`.repeat(millions / 16) }),
      ),
    }),
    'attributes without end': () => ({ logs: [line(1, { logAttributes: 'a'.repeat(millions) })] }),
    'origins without end': () => ({
      logs: [
        line(1, { resourceAttributes: Array.from({ length: 60_000 }, (_, number) => [`k${number}`, 'v']) }),
        line(2, { resourceAttributes: [['process.command', 's'.repeat(millions)]] }),
      ],
    }),
  };
  for (const [name, attack] of Object.entries(attacks))
    it(`reads ${name} in turns, and keeps little`, async () => {
      const logs = logsOf(attack());
      await assertStrain(name, { mib: 120, turnMs: 200 }, async () => {
        const { entries } = await logs.page('a', {}, never);
        assert.ok(entries.length > 0 && charactersOf(entries) <= 2 * logBounds.characters);
      });
    }).timeout(60_000);

  it('keeps the newest lines of a document, in linear time', () => {
    const entry = (number: number): LogEntry => ({
      id: `u${number}`,
      body: 'x'.repeat(number % 50),
      resource: [],
    });
    const all = Array.from({ length: 30_000 }, (_, number) => entry(number));
    const kept = newestLines(all);
    assert.deepEqual([kept.length, kept.at(-1)], [logBounds.lines, all.at(-1)]);
    assert.equal(newestLines(all.slice(0, 10)).length, 10);
    assert.deepEqual(newestLines([]), []);
    const large = (body: string): LogEntry => ({ body, resource: [] });
    const heavy = Array.from({ length: 200 }, (_, at) =>
      large(`${at % 10}`.repeat(logBounds.bodyCharacters)),
    );
    const room = logBounds.characters / logBounds.bodyCharacters;
    assert.ok(newestLines(heavy).length >= room - 1 && newestLines(heavy).length <= room);
    const feeds = Array.from({ length: 1_000 }, () => large('\n'.repeat(5_000)));
    const shown = newestLines(feeds).length * 100;
    assert.ok(shown >= 10_000 && shown <= 21_000, `${shown} lines are shown`);
    assertLinear('lines', 20_000, amount => {
      const lines = Array.from({ length: amount }, (_, number) => entry(number));
      assert.ok(newestLines(lines).length <= logBounds.lines);
    });
  });
});
