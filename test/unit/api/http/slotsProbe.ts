/**
 * Run as a process of its own: what a request does to the dispatcher slots, once with free slots and once with taken
 * ones. Prints one JSON object.
 */
import { execFileSync } from 'node:child_process';
import { LoopbackServer } from '../../../support/loopbackServer';
import { UndiciTransport } from '../../../../src/api/http/undiciTransport';

const slots = [1, 2, 3].map(version => Symbol.for(`undici.globalDispatcher.${version}`));

async function probe(): Promise<void> {
  const server = await LoopbackServer.start((_seen, response) => response.end('ok'));
  const transport = new UndiciTransport({ network: () => ({ strictSsl: true }) });
  const request = {
    method: 'GET',
    url: new URL(server.origin),
    headers: {},
    signal: new AbortController().signal,
    timeouts: { headersMs: 5000, bodyMs: 5000, totalMs: 5000 },
  } as const;
  if (process.argv[2] === 'taken') {
    const taken = { dispatch: () => true };
    for (const slot of slots) {
      Object.defineProperty(globalThis, slot, { value: taken, writable: true, configurable: true });
    }
    await transport.request(request);
    const isKept = slots.every(slot => Reflect.get(globalThis, slot) === taken);
    process.stdout.write(isKept ? 'kept' : 'changed');
  } else {
    await transport.request(request);
    const { Agent } = await import('undici');
    const foreign = slots.filter(slot => Reflect.get(globalThis, slot) instanceof Agent);
    const described = slots.map(slot => Reflect.get(globalThis, slot) !== undefined);
    const alone = execFileSync(process.execPath, [
      '-e',
      `fetch('data:,').then(() => process.stdout.write(JSON.stringify([1, 2, 3].map(n =>
        globalThis[Symbol.for('undici.globalDispatcher.' + n)] !== undefined))))`,
    ]).toString();
    const isUntouched = foreign.length === 0 && alone === JSON.stringify(described);
    const answer = await fetch(server.origin);
    process.stdout.write(
      JSON.stringify({
        taken: execFileSync(process.execPath, ['--import', 'tsx', __filename, 'taken']).toString(),
        free: isUntouched ? 'as the runtime leaves them' : { foreign: foreign.map(String), described, alone },
        fetch: (await answer.text()) === 'ok' ? 'served by the runtime' : 'broken',
      }),
    );
  }
  transport.dispose();
  await server.stop();
}

void probe();
