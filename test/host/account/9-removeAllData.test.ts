import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { commands, window, workspace } from 'vscode';
import * as z from 'zod';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { answering, messagesOf } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { signIn } from '../support/session';

async function isOpen(port: number): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('close', () => socket.destroy());
  });
}

describe('Remove All Data', () => {
  let id = '';
  let port = 0;
  let run: PromiseLike<unknown>;

  before(async () => {
    await signIn();
    ({ id } = await emulator.create({
      name: 'removed',
      timeout_secs: 3600,
      exposed_ports: [3000],
      allow_unauthenticated_access: true,
    }));
    await commands.executeCommand(commandIds.refresh);
    await commands.executeCommand(commandIds.setPublicAccess, id, undefined, true, '1h');
    await commands.executeCommand(commandIds.openTerminal, id);
    port = z
      .number()
      .parse(
        await commands.executeCommand(commandIds.forwardPort, id, undefined, 20_000 + (process.pid % 20_000)),
      );
    run = commands.executeCommand(commandIds.runCommand, id, undefined, 'sleep 3660');
    await waitFor('the program to run', async () => (await running()) === 1);
  });
  after(async () => {
    await signIn();
    await emulator.terminate(id);
  });

  /** What the question lists; it is declined. */
  async function questionDetail(): Promise<string> {
    let detail = '';
    const { showWarningMessage } = window;
    Object.assign(window, {
      showWarningMessage: (_message: string, options: { readonly detail: string }) => {
        ({ detail } = options);
        return Promise.resolve(undefined);
      },
    });
    try {
      await commands.executeCommand(commandIds.removeAllData);
    } finally {
      Object.assign(window, { showWarningMessage });
    }
    return detail;
  }

  async function running(): Promise<number> {
    const list = z
      .object({ processes: z.array(z.object({ status: z.string(), args: z.array(z.string()) })) })
      .parse(await emulator.inside(id, 'GET', '/processes')).processes;
    return list.filter(({ status, args }) => status === 'running' && args.includes('3660')).length;
  }

  it('removes nothing when the question is declined', async () => {
    const asked = await answering(
      () => Promise.resolve(undefined),
      () => commands.executeCommand(commandIds.removeAllData),
    );
    assert.deepEqual(asked, ['Remove all data of Tensorlake Sandboxes from this machine?']);
    assert.equal(await isOpen(port), true);
    assert.equal(await running(), 1);
    assert.equal(workspace.getConfiguration('tensorlake').get('useEnvironmentKey'), true);
  });

  it('lists what there is, in one question', async () => {
    const detail = await questionDetail();
    for (const line of [
      /Commands that run in this window: 1/,
      /Forwarded ports of this window: 1/,
      /Terminals of this window, which are closed: 1/,
      /What it takes to reattach to shells, which end after 5 minutes: \d/,
      /What the views, the last settings and the history of commands remember/,
      /Public access that was to be closed by itself stays open: .*removed/,
      /Sandboxes, snapshots and settings stay/,
    ])
      assert.match(detail, line);
  });

  it('ends and deletes all of it, and signs out', async () => {
    const asked = await answering(
      () => Promise.resolve('Remove All Data'),
      () => commands.executeCommand(commandIds.removeAllData),
    );
    assert.deepEqual(asked, [
      'Remove all data of Tensorlake Sandboxes from this machine?',
      'All data of Tensorlake Sandboxes was removed, and you are signed out.',
    ]);
    assert.equal(z.tuple([z.looseObject({ outcome: z.string() })]).parse(await run)[0].outcome, 'cancelled');
    assert.equal(await running(), 0);
    assert.equal(await isOpen(port), false);
    assert.equal(
      window.terminals.some(({ name }) => name === 'removed'),
      false,
    );
    assert.notEqual(workspace.getConfiguration('tensorlake').get('useEnvironmentKey'), true);
    const before = (await emulator.counters()).routes;
    const messages = await messagesOf(() => commands.executeCommand(commandIds.refresh));
    assert.match(messages.join(), /Sign in to Tensorlake first/);
    assert.deepEqual((await emulator.counters()).routes, before);
  });

  it('finds nothing left the next time', async () => {
    const detail = await questionDetail();
    assert.doesNotMatch(detail, /window: |reattach|API key|Profiles|Public access/);
  });
});
