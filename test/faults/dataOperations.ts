import assert from 'node:assert/strict';
import { once } from 'node:events';
import { ApiError } from '../../src/core/kernel/errors';
import type { TerminalEnd, TerminalTicket } from '../../src/core/terminal/terminalSession';
import type { RunRequest } from '../../src/core/processes/process';
import { waitFor } from '../support/waitFor';
import type { Operation } from './operation';
import { never, type World } from './world';

const folder = '/work';
/** Long enough for a sign of life of the emulator, which comes after 30 ms of silence. */
const silence = 'sleep 0.05';
const sent = 'ping';

/** A shell in the folder of the tests; the marker finds its process again. */
function shell(source: string, marker: string): RunRequest {
  return { command: 'sh', args: ['-c', source, marker], workingDir: folder };
}

async function write({ box }: World, path: string, content: string): Promise<void> {
  await box.files.write(path, Buffer.from(content), never);
}

/** Types a line into a terminal, whose program writes it down and ends with 5. */
async function type({ box }: World, ticket: TerminalTicket): Promise<TerminalEnd> {
  return new Promise((resolve, reject) => {
    box.terminals
      .attach(ticket, { output: () => undefined, ended: resolve }, never)
      .then(terminal => terminal.write(`${sent}\r`), reject);
  });
}

/** Sends bytes through a tunnel, and waits for the same to come back. */
async function throughTunnel({ box, echo }: World): Promise<void> {
  const tunnel = await box.tunnel(echo.port, never);
  tunnel.write(sent);
  const answer: unknown[] = await once(tunnel, 'data');
  assert.equal(String(answer[0]), sent);
  tunnel.destroy();
}

const inside = { plane: 'proxy' } as const;

/** What is done inside a sandbox. */
export const dataOperations: readonly Operation[] = [
  {
    ...inside,
    name: 'read',
    repeats: 'idempotent',
    effect: 'none',
    prepare: async world => {
      const path = `${folder}/${world.name()}`;
      const content = 'text '.repeat(50_000);
      await write(world, path, content);
      return {
        run: async () => {
          const bytes = await world.box.files.read(path, never);
          assert.ok(Buffer.from(content).equals(bytes));
        },
      };
    },
  },
  {
    ...inside,
    name: 'write',
    repeats: 'idempotent',
    effect: 'state',
    prepare: world => {
      const path = `${folder}/${world.name()}`;
      const content = 'text '.repeat(50_000);
      return Promise.resolve({
        run: () => write(world, path, content),
        effects: async () => {
          const found = await world.seen.file(world.boxId, path);
          if (found !== undefined) assert.ok(found === content, `${found.length} of ${content.length} bytes`);
          return found === undefined ? 0 : 1;
        },
      });
    },
  },
  {
    ...inside,
    name: 'run',
    repeats: 'undelivered',
    effect: 'thing',
    prepare: world => {
      const marker = world.name();
      return Promise.resolve({
        run: async () => {
          const program = shell(`echo one; ${silence}; echo two; exit 3`, marker);
          const { exitCode, stdout } = await world.box.processes.runToEnd(program, never);
          assert.deepEqual([exitCode, stdout], [3, 'one\ntwo\n']);
        },
        effects: () => world.seen.processesWith(world.boxId, marker),
      });
    },
  },
  {
    ...inside,
    name: 'follow',
    repeats: 'idempotent',
    effect: 'none',
    prepare: async world => {
      const { box } = world;
      const program = shell(`echo one; ${silence}; echo two`, world.name());
      const { pid } = await box.processes.start(program, never);
      return {
        run: async () => {
          const lines: string[] = [];
          for await (const { line } of box.processes.follow(pid, 'stdout', never)) lines.push(line);
          assert.deepEqual(lines, ['one', 'two']);
        },
      };
    },
  },
  {
    ...inside,
    name: 'PTY',
    repeats: 'undelivered',
    effect: 'thing',
    prepare: async world => {
      const { box, boxId, seen } = world;
      const before = new Set(await seen.terminals(boxId));
      const made = async (): Promise<readonly string[]> =>
        (await seen.terminals(boxId)).filter(id => !before.has(id));
      let known = before;
      return {
        run: async () => {
          const { sessionId } = await box.terminals.create({ command: 'cat' }, never);
          assert.ok(!known.has(sessionId));
        },
        effects: async () => (await made()).length,
        found: async () =>
          (await box.terminals.list(never)).entries.filter(({ id }) => !known.has(id)).length,
        ready: async () => {
          known = new Set(await seen.terminals(boxId));
        },
        dispose: async () => {
          for (const id of await made()) await seen.endTerminal(boxId, id);
        },
      };
    },
  },
  {
    ...inside,
    name: 'PTY attach',
    repeats: 'never',
    effect: 'sent',
    prepare: async world => {
      const { box, boxId, seen } = world;
      const file = world.name();
      const { command, args, workingDir } = shell(`read line; echo "$line" >> ${file}; exit 5`, file);
      const start = () => box.terminals.create({ command, args, workingDir }, never);
      const tickets = [await start(), await start()];
      return {
        run: async () => {
          const [ticket] = tickets;
          assert.ok(ticket);
          const end = await type(world, ticket);
          if (end.kind === 'lost') throw new ApiError('network', end.reason);
          assert.deepEqual(end, { kind: 'exited', exitCode: 5 });
          tickets.shift();
        },
        effects: async () => {
          const typed = (await seen.file(boxId, `${folder}/${file}`)) ?? '';
          return typed.length / `${sent}\n`.length;
        },
        dispose: async () => {
          for (const { sessionId } of tickets) await seen.endTerminal(boxId, sessionId);
        },
      };
    },
  },
  {
    ...inside,
    name: 'tunnel',
    repeats: 'never',
    effect: 'sent',
    prepare: world => {
      const before = world.echo.bytes;
      return Promise.resolve({
        run: () => throughTunnel(world),
        effects: () => Promise.resolve((world.echo.bytes - before) / sent.length),
      });
    },
  },
];

/** Makes the folder that programs start in. */
export async function prepareFolder(world: World): Promise<void> {
  await write(world, `${folder}/start`, '');
  await waitFor('the folder', async () => (await world.seen.file(world.boxId, `${folder}/start`)) === '');
}
