import assert from 'node:assert/strict';
import { Uri } from 'vscode';
import { readPools } from '../../../src/app/lists/catalogReader';
import type { PoolListing } from '../../../src/api/control/catalog/pools';
import type { SandboxPool } from '../../../src/core/catalog/pool';
import { logBounds, type LogPage, type LogQuery } from '../../../src/core/logs';
import { ownScriptArgs } from '../../../src/core/processes/ownProcess';
import { LogDocument } from '../../../src/remote/logs/logDocument';
import { forgottenText } from '../../../src/text/activity';
import { catalogPartText } from '../../../src/text/catalog';

const { signal } = new AbortController();

const ownCommand = ['sh', ...ownScriptArgs('true')].join(' ');

describe('a list that lacks something says so', () => {
  it('of pools and images', async () => {
    const pool: SandboxPool = {
      id: 'p',
      resources: { gpus: [] },
      allowUnauthenticatedAccess: false,
      exposedPorts: [],
      raw: {},
    };
    const listing: PoolListing = {
      pools: [pool],
      badRows: 2,
      badRowList: [],
      isCut: false,
      isTruncated: false,
    };
    const once = { get: () => Promise.resolve(pool) };
    const pools = { list: () => Promise.resolve(listing), withoutRetries: () => once };
    const { entries, isCut, badRows } = await readPools({ pools }, signal);
    assert.deepEqual([entries.length, isCut, badRows], [1, false, 2]);
    const ok = [pool];
    assert.equal(catalogPartText({ ok, isCut: false, badRows: 0 }), '1');
    assert.equal(
      catalogPartText({ ok, isCut: false, badRows: 2 }),
      '1 · 2 could not be read; the log says why.',
    );
    assert.match(catalogPartText({ ok, isCut: true, badRows: 2 }), /incomplete.*2 could not be read/);
  });

  it('of changes of state', () => {
    assert.match(forgottenText(1), /1 older change is no longer/);
    assert.match(forgottenText(20), /20 older changes are no longer/);
  });

  it('of retained lines whose older ones cannot be asked for', async () => {
    const line = (id: string) => ({ id, body: id, resource: [] });
    const pages: LogPage[] = [
      { entries: [line('c')], nextToken: 'b' },
      { entries: [line('b')], isTruncated: true },
      { entries: [line('d')] },
    ];
    const asked: LogQuery[] = [];
    const logs = {
      page: (_: string, query: LogQuery) => {
        asked.push(query);
        return Promise.resolve(pages.shift() ?? { entries: [] });
      },
    };
    const document = new LogDocument(Uri.parse('x:y'), 'id', 'name', undefined, () => true);
    await document.refresh(logs, {}, signal);
    assert.match(await document.text(), /there are older lines\n/);
    await document.loadOlder(logs, signal);
    assert.deepEqual([document.hasOlder, document.isTruncated], [false, true]);
    assert.match(await document.text(), /did not say how to read them\nb?/);
    await document.refresh(logs, {}, signal);
    assert.deepEqual([document.hasOlder, document.isTruncated], [false, false]);
    assert.match(await document.text(), /from the beginning/);
  });

  it('of retained lines that have no room, and leaves no gap between those it keeps', async () => {
    const pageCharacters = logBounds.characters / 2;
    const pages = [3, 2, 1, 0].map(page => ({
      entries: [1, 2].map(line => ({
        id: `${page}.${line}`,
        body: page === 1 ? 'short' : `${page}.${line}`.padEnd(pageCharacters / 2, ' '),
        resource: [['process.command', ownCommand]] as const,
      })),
      nextToken: String(page),
    }));
    const asked: (string | undefined)[] = [];
    const logs = {
      page: (_sandbox: string, query: LogQuery): Promise<LogPage> => {
        asked.push(query.nextToken);
        return Promise.resolve(pages.shift() ?? { entries: [] });
      },
    };
    const document = new LogDocument(Uri.parse('x:y'), 'id', 'name', undefined, () => false);
    await document.refresh(logs, {}, signal);
    // The second page has no room beside the first, so that the short one before it is not asked for.
    assert.deepEqual(asked, [undefined, '3']);
    assert.deepEqual([document.isFull, document.hasOlder], [true, false]);
    assert.match(await document.text(), /no room for them here/);
  });

  it('of retained lines as they are now, whatever was begun before', async () => {
    const entries = Array.from({ length: logBounds.lines }, (_, line) => ({
      body: `${line}`,
      resource: [],
    }));
    const pages: LogPage[] = [{ entries }, { entries: entries.slice(0, 1) }];
    const logs = { page: (): Promise<LogPage> => Promise.resolve(pages.shift() ?? { entries: [] }) };
    const document = new LogDocument(Uri.parse('x:y'), 'id', 'name', undefined, () => true);
    await document.refresh(logs, {}, signal);
    const before = document.text();
    await document.refresh(logs, { body: '0' }, signal);
    const now = document.text();
    assert.equal(await before, await now);
    assert.match(await now, /1 line/);
  });
});
