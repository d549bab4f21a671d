import assert from 'node:assert/strict';
import type { Uri } from 'vscode';
import { commands, window } from 'vscode';
import * as z from 'zod';
import { commandIds } from '../../../src/manifest';
import { freePort } from '../../support/freePort';
import { waitFor } from '../../support/waitFor';
import { apiKey, apiUrl, emulator } from '../support/emulatorClient';
import { signIn } from '../support/session';

const processRow = z.looseObject({
  pid: z.number(),
  status: z.string(),
  command: z.string(),
  args: z.array(z.string()),
  stdin_writable: z.boolean(),
  managed: z
    .looseObject({ status: z.string(), restart_count: z.number(), health_status: z.string() })
    .nullish(),
});

type ProcessRow = z.infer<typeof processRow>;

/** The processes of a sandbox, read without the extension. */
async function processesOf(id: string): Promise<readonly ProcessRow[]> {
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

  it('asks a sandbox nothing more that was suspended meanwhile, which would wake it', async () => {
    const suspended = await running('asleep');
    const ended = run(suspended, 'sleep 3614');
    await waitFor('the program to run', async () => (await processesOf(suspended)).length > 0);
    await emulator.suspend(suspended);
    await waitFor('it to rest', async () => (await emulator.get(suspended)).status === 'suspended');
    const requests = await emulator.insideDuring(async () => {
      assert.equal((await ended)['outcome'], 'lost');
      assert.equal((await emulator.get(suspended)).status, 'suspended');
    });
    assert.deepEqual(requests, []);
    await emulator.terminate(suspended);
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

describe('running in several sandboxes at once', () => {
  const ids: string[] = [];
  before(async () => {
    await signIn();
    for (const name of ['many-a', 'many-b', 'many-c']) ids.push(await running(name));
  });
  const runIn = async (wanted: string): Promise<readonly Record<string, unknown>[]> => {
    const nodes = ids.map(sandboxId => ({ sandboxId }));
    const results = await commands.executeCommand(commandIds.runCommand, nodes[0], nodes, wanted);
    return z.array(z.record(z.string(), z.unknown())).parse(results);
  };

  it('returns what became of each, when one fails', async () => {
    const [, failing] = ids;
    assert.ok(failing);
    await run(failing, 'touch /tmp/fails');
    const results = await runIn('[ ! -e /tmp/fails ] || exit 4');
    assert.deepEqual(
      results.map(result => [result['sandboxId'], result['exitCode']]),
      ids.map(id => [id, id === failing ? 4 : 0]),
    );
  });

  it('ends all of them together', async () => {
    const up = async (): Promise<number> => {
      const lists = await Promise.all(ids.map(processesOf));
      return lists.flat().filter(({ args, status }) => args.includes('3630') && status === 'running').length;
    };
    const ended = runIn('sleep 3630');
    await waitFor('all of them to run', async () => (await up()) === ids.length);
    await commands.executeCommand(commandIds.cancelRun);
    assert.deepEqual(
      (await ended).map(({ outcome }) => outcome),
      ids.map(() => 'cancelled'),
    );
    assert.equal(await up(), 0);
  });
});

describe('retained logs', () => {
  const text = (): string => window.activeTextEditor?.document.getText() ?? '';
  const uri = (): Uri | undefined => window.activeTextEditor?.document.uri;
  let id: string;

  before(async () => {
    await signIn();
    id = await running('talker');
    await run(id, 'for i in $(seq 1 450); do echo line-$i-; done; echo trouble-here >&2');
    await run(id, `echo '{"message":"structured","level":"warn","user":"ada"}'`);
  });

  it('open with the newest lines, and older ones on request', async () => {
    await waitFor('the lines to be kept', async () => {
      await commands.executeCommand(commandIds.showLogs, id);
      return /structured/.test(text());
    });
    assert.match(text(), /^# talker · 200 lines · there are older lines\n/);
    assert.match(text(), /\[warn\] \(\d+ \w+\) structured .*"user":"ada"/);
    assert.doesNotMatch(text(), /line-1-/);
    await commands.executeCommand(commandIds.olderLogs);
    await waitFor('older lines', () => /· 400 lines/.test(text()));
    await commands.executeCommand(commandIds.olderLogs, uri());
    await waitFor('all lines', () => /· from the beginning/.test(text()));
    assert.match(text(), /line-1-\n/);
  });

  it('of one process alone, on request', async () => {
    const listed = z
      .object({ processes: z.array(z.object({ processId: z.string(), logCount: z.number() })) })
      .parse(await emulator.logProcesses(id)).processes;
    const quiet = listed.find(({ logCount }) => logCount === 1);
    assert.ok(quiet, JSON.stringify(listed));
    await commands.executeCommand(commandIds.filterLogs, uri(), { processIds: [quiet.processId] });
    await waitFor('its line alone', () => /structured/.test(text()) && !/line-/.test(text()));
    await commands.executeCommand(commandIds.filterLogs, uri(), {});
    await waitFor('all lines', () => /line-450-/.test(text()));
  });

  it('are filtered by level and text', async () => {
    await commands.executeCommand(commandIds.filterLogs, uri(), { levels: ['error'] });
    await waitFor('errors alone', () => /· error · 1 line /.test(text()));
    assert.match(text(), /trouble-here/);
    await commands.executeCommand(commandIds.filterLogs, uri(), { text: 'LINE-44' });
    await waitFor('lines with the text', () => /· 11 lines /.test(text()));
    await commands.executeCommand(commandIds.filterLogs, uri(), {});
    await waitFor('everything', () => /· 200 lines /.test(text()));
  });

  it('are there after the end of the sandbox, and follow what comes on request', async () => {
    await run(id, 'echo at-the-end');
    await waitFor('the new line', async () => {
      await commands.executeCommand(commandIds.refreshLogs, uri());
      return /at-the-end\n/.test(text());
    });
    await commands.executeCommand('workbench.action.closeAllEditors');
    await emulator.terminate(id);
    const requests = await emulator.insideDuring(async () => {
      await commands.executeCommand(commandIds.refresh);
      await commands.executeCommand(commandIds.showLogs, id);
      await waitFor('the logs', () => /at-the-end/.test(text()));
    });
    assert.deepEqual(requests, []);
  });
});

describe('processes', () => {
  let id: string;
  before(async () => {
    await signIn();
    id = await running('keeper');
  });

  async function start(wanted: unknown): Promise<number> {
    return z.number().parse(await commands.executeCommand(commandIds.startProcess, id, undefined, wanted));
  }

  async function find(test: (row: ProcessRow) => boolean): Promise<ProcessRow | undefined> {
    return (await processesOf(id)).find(test);
  }

  /** Runs a process command with the arguments of a key binding. */
  async function act(command: string, process: number | string, more: object = {}): Promise<void> {
    await commands.executeCommand(command, id, undefined, { process, ...more });
  }

  it('start in the background, and end by a signal', async () => {
    const pid = await start('sleep 3620');
    assert.equal((await find(row => row.pid === pid))?.status, 'running');
    await act(commandIds.signalProcess, pid, { signal: 'TERM' });
    await waitFor('it to end', async () => (await find(row => row.pid === pid))?.status === 'signaled');
  });

  it('take input and its end', async () => {
    const pid = await start({ command: 'cat > /tmp/heard', hasInput: true });
    await act(commandIds.sendInput, pid, { input: 'hello\n' });
    await act(commandIds.closeInput, pid);
    await waitFor('it to end', async () => (await find(row => row.pid === pid))?.status === 'exited');
    assert.equal((await run(id, 'grep -qx hello /tmp/heard'))['exitCode'], 0);
  });

  it('are killed by pid or name, and a managed one stays down', async () => {
    await start({ command: 'sleep 3621', name: 'stubborn', restart: { policy: 'always' } });
    await act(commandIds.killProcess, 'stubborn');
    await waitFor('it to be gone', async () => {
      const row = await find(({ args }) => args.includes('3621'));
      return row?.managed?.status === 'stopped' && row.status !== 'running';
    });
  });

  it('are restarted with another pid', async () => {
    const pid = await start({ command: 'sleep 3622', name: 'fresh' });
    await act(commandIds.restartProcess, 'fresh');
    const row = await find(({ args, status }) => args.includes('3622') && status === 'running');
    assert.ok(row && row.pid !== pid);
    assert.equal(row.managed?.restart_count, 1);
  });

  it('are started again after a failure, with a wait, so often and no more', async () => {
    await start({
      command: 'sh -c "exit 3" 3623',
      name: 'flaky',
      restart: { policy: 'on_failure', maxRestarts: 2, initialBackoffMs: 50, maxBackoffMs: 200 },
    });
    const flaky = (): Promise<ProcessRow | undefined> =>
      find(({ args, managed }) => args.includes('3623') && managed?.status === 'stopped');
    await waitFor('the last restart', async () => (await flaky())?.managed?.restart_count === 2);
  });

  it('are found healthy', async () => {
    const port = await freePort();
    await start({
      command: `node -e "require('net').createServer().listen(${port})"`,
      name: 'listener',
      healthCheck: { type: 'tcp', port, initialDelayMs: 10, intervalMs: 50 },
    });
    await waitFor(
      'it to be healthy',
      async () => (await find(row => row.managed?.health_status === 'healthy')) !== undefined,
    );
    await act(commandIds.killProcess, 'listener');
  });

  it('are not started against a rule', async () => {
    const before = (await processesOf(id)).length;
    for (const wanted of [
      '',
      { command: 'sleep 1', name: 'a/b' },
      { command: 'sleep 1', name: '42' },
      { command: 'sleep 1', restart: { initialBackoffMs: 5_000, maxBackoffMs: 10 } },
      { command: 'sleep 1', healthCheck: { type: 'tcp', port: 0 } },
      { command: 'sleep 1', healthCheck: { type: 'ftp', port: 21 } },
    ])
      assert.equal(await commands.executeCommand(commandIds.startProcess, id, undefined, wanted), undefined);
    assert.equal((await processesOf(id)).length, before);
  });
});
