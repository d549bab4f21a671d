import assert from 'node:assert/strict';
import { commands } from 'vscode';
import * as z from 'zod';
import { commandIds } from '../../src/manifest';
import { waitFor } from '../support/waitFor';
import { apiKey, apiUrl, emulator } from './support/emulatorClient';
import { signIn } from './support/session';

const processRow = z.looseObject({
  pid: z.number(),
  status: z.string(),
  command: z.string(),
  args: z.array(z.string()),
});

/** The processes of a sandbox, asked past the extension. */
async function processesOf(id: string): Promise<readonly z.infer<typeof processRow>[]> {
  const response = await fetch(`${apiUrl}/api/v1/processes`, {
    headers: { authorization: `Bearer ${apiKey}`, 'x-tensorlake-sandbox-id': id },
  });
  return z.object({ processes: z.array(processRow) }).parse(await response.json()).processes;
}

async function running(name: string): Promise<string> {
  const { id } = await emulator.create({ name });
  await commands.executeCommand(commandIds.refresh);
  return id;
}

async function run(id: string, wanted: unknown): Promise<Record<string, unknown>> {
  const results = await commands.executeCommand(commandIds.runCommand, id, undefined, wanted);
  return z.tuple([z.record(z.string(), z.unknown())]).parse(results)[0];
}

describe('running commands', () => {
  let id: string;
  before(async () => {
    await signIn();
    id = await running('runner');
  });

  it('returns the exit code', async () => {
    assert.equal((await run(id, 'true'))['exitCode'], 0);
    assert.equal((await run(id, 'sh -c "exit 7"'))['exitCode'], 7);
    const result = await run(id, {
      command: 'test "$GREETING" = "hello world"',
      env: { GREETING: 'hello world' },
    });
    assert.equal(result['exitCode'], 0);
  });

  it('runs what needs a shell through one, and in the directory asked for', async () => {
    assert.equal((await run(id, 'echo a | grep -q b'))['exitCode'], 1);
    assert.equal((await run(id, { command: '[ "$PWD" = /tmp ]', workingDir: '/tmp' }))['exitCode'], 0);
  });

  it('ends what takes longer than it may', async () => {
    const result = await run(id, { command: 'sleep 3611', timeoutSecs: 0.3 });
    assert.deepEqual([result['outcome'], result['signal']], ['exited', 9]);
  });

  it('says of a program that is not there that it was not run', async () => {
    assert.equal((await run(id, 'no-such-program-here'))['outcome'], 'failed');
  });

  it('kills the process in the sandbox when it is cancelled', async () => {
    const isUp = async (): Promise<boolean> =>
      (await processesOf(id)).some(({ args, status }) => args.includes('3612') && status === 'running');
    const ended = run(id, 'sleep 3612');
    await waitFor('the program to run', isUp);
    await commands.executeCommand(commandIds.cancelRun);
    assert.equal((await ended)['outcome'], 'cancelled');
    assert.equal(await isUp(), false);
  });

  it('kills the process when its tab is closed', async () => {
    const isUp = async (): Promise<boolean> =>
      (await processesOf(id)).some(({ args, status }) => args.includes('3613') && status === 'running');
    const ended = run(id, 'sleep 3613');
    await waitFor('the program to run', isUp);
    await commands.executeCommand('workbench.action.terminal.kill');
    assert.equal((await ended)['outcome'], 'cancelled');
    await waitFor('the program to be gone', async () => !(await isUp()));
  });

  it('runs nothing when what it was called with makes no sense', async () => {
    const before = (await processesOf(id)).length;
    for (const wanted of [
      5,
      { run: 'ls' },
      { command: 'ls', env: { '1': 'x' } },
      { command: 'ls', workingDir: 'x' },
      'a "b',
      '',
    ])
      assert.equal(await commands.executeCommand(commandIds.runCommand, id, undefined, wanted), undefined);
    assert.equal((await processesOf(id)).length, before);
  });
});
