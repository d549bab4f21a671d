import assert from 'node:assert/strict';
import { commands, env } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { Relay } from '../support/relay';
import { signIn } from '../support/session';

const pages: Readonly<Record<string, unknown>> = {
  '': { sandboxes: [archived('archived-one')], next_cursor: 'two' },
  two: { sandboxes: [archived('archived-two')], next_cursor: 'three' },
  three: { sandboxes: [archived('archived-three')] },
};

function archived(id: string): unknown {
  return { id, name: `name-of-${id}`, status: 'terminated', created_at: 1_772_600_000_000 };
}

/** Whether the extension knows an archived sandbox. */
async function isKnown(id: string): Promise<boolean> {
  await env.clipboard.writeText('nothing');
  await commands.executeCommand(commandIds.copyName, id);
  return (await env.clipboard.readText()) === `name-of-${id}`;
}

describe('the history', () => {
  const asked: string[] = [];
  let relay: Relay;

  before(async () => {
    relay = await Relay.start((method, path) => {
      const url = new URL(path, 'http://relay');
      if (method !== 'GET' || !url.pathname.endsWith('/archived-sandboxes')) return 'pass';
      const cursor = url.searchParams.get('cursor') ?? '';
      asked.push(cursor);
      return { status: 200, body: JSON.stringify(pages[cursor]) };
    });
    await signIn(relay.url);
    await waitFor('the extension to use the relay', () => relay.listingCount > 0);
  });
  after(async () => {
    await commands.executeCommand(commandIds.hideHistory);
    await signIn();
    await relay.stop();
  });

  it('is not read before it is asked for, and then its first page alone', async () => {
    await commands.executeCommand(commandIds.refresh);
    assert.deepEqual(asked, []);
    await commands.executeCommand(commandIds.showHistory);
    assert.deepEqual(asked, ['']);
    assert.equal(await isKnown('archived-one'), true);
    assert.equal(await isKnown('archived-two'), false);
  });

  it('goes on page by page, twice asked or not, until there is no more', async () => {
    await Promise.all([
      commands.executeCommand(commandIds.loadMoreHistory),
      commands.executeCommand(commandIds.loadMoreHistory),
    ]);
    assert.deepEqual(asked, ['', 'two']);
    assert.equal(await isKnown('archived-two'), true);
    await commands.executeCommand(commandIds.loadMoreHistory);
    await commands.executeCommand(commandIds.loadMoreHistory);
    assert.deepEqual(asked, ['', 'two', 'three']);
    assert.equal(await isKnown('archived-three'), true);
  });

  it('keeps what was read when it is refreshed', async () => {
    await commands.executeCommand(commandIds.refresh);
    assert.deepEqual(asked, ['', 'two', 'three', '']);
    assert.equal(await isKnown('archived-three'), true);
  });
});
