import assert from 'node:assert/strict';
import { contract, eventually, linesOf, script } from '../support';

describe('SDK contract: retained logs', () => {
  const sdk = contract();
  let sandboxId: string;

  before(async () => {
    ({ sandboxId } = await sdk().create());
    const { logs, projectId } = sdk().emulator;
    const web = { processId: 'p-web', pid: 41, command: 'node server.js', managedName: 'web' };
    const job = { processId: 'p-job', pid: 42, command: 'python job.py' };
    logs.appendLine({ sandboxId, projectId, process: web }, 'stdout', 'listening on 8080');
    logs.appendLine(
      { sandboxId, projectId, process: web },
      'stdout',
      '{"level":"warn","message":"Slow","ms":900}',
    );
    logs.appendLine({ sandboxId, projectId, process: job }, 'stderr', 'Traceback');
  });

  it('are read in order, with level and attributes', async () => {
    const { logs } = await sdk().client.getLogs(sandboxId);
    assert.deepEqual(
      logs.map(({ body, level }) => [body, level]),
      [
        ['listening on 8080', 3],
        ['Slow', 4],
        ['Traceback', 5],
      ],
    );
    assert.ok(logs.every(log => log.sandboxId === sandboxId && log.uuid !== ''));
    const attributes: unknown = JSON.parse(logs[1]?.logAttributes ?? '');
    assert.deepEqual(attributes, { stream: 'stdout', ms: 900 });
  });

  it('are filtered by level, process and text', async () => {
    const { client } = sdk();
    const bodies = async (options: Parameters<typeof client.getLogs>[1]): Promise<readonly string[]> =>
      (await client.getLogs(sandboxId, options)).logs.map(({ body }) => body);
    assert.deepEqual(await bodies({ levels: ['warn', 'error'] }), ['Slow', 'Traceback']);
    assert.deepEqual(await bodies({ processIds: ['p-web'] }), ['listening on 8080', 'Slow']);
    assert.deepEqual(await bodies({ body: 'LISTENING' }), ['listening on 8080']);
    assert.deepEqual(await bodies({ head: 1 }), ['listening on 8080']);
    assert.deepEqual(await bodies({ tail: 1 }), ['Traceback']);
  });

  it('come in pages', async () => {
    const { client } = sdk();
    const first = await client.getLogs(sandboxId, { head: 2 });
    assert.ok(first.nextToken);
    const second = await client.getLogs(sandboxId, { head: 2, nextToken: first.nextToken });
    assert.deepEqual([first.logs.length, second.logs.length], [2, 1]);
    assert.ok(!second.nextToken);
  });

  it('name the processes they are of', async () => {
    const { processes } = await sdk().client.listLogProcesses(sandboxId);
    assert.deepEqual(
      processes.map(({ processId, processPid, processManagedName, logCount }) => [
        processId,
        processPid,
        processManagedName,
        logCount,
      ]),
      [
        ['p-web', '41', 'web', 2],
        ['p-job', '42', '', 1],
      ],
    );
    assert.ok(processes.every(({ firstSeen, lastSeen }) => firstSeen > 0 && lastSeen >= firstSeen));
  });

  it('hold what processes say', async () => {
    const { client } = sdk();
    const box = await sdk().create();
    await box.run('sh', script('echo from run'));
    const { pid } = await box.startProcess('sh', { ...script('echo from service'), name: 'service' });
    await linesOf(box.followOutput(pid));
    const { logs } = await eventually(
      () => client.getLogs(box.sandboxId),
      answer => answer.logs.length === 2,
    );
    assert.deepEqual(
      logs.map(({ body }) => body),
      ['from run', 'from service'],
    );
    const { processes } = await client.listLogProcesses(box.sandboxId);
    assert.deepEqual(
      processes.map(({ processManagedName }) => processManagedName),
      ['', 'service'],
    );
  });

  it('outlive their sandbox', async () => {
    const { client } = sdk();
    await client.delete(sandboxId);
    assert.equal((await client.getLogs(sandboxId)).logs.length, 3);
  });
});
