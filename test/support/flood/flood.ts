import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from '../projectRoot';

/** What a hostile server sends on each connection. Bytes are in base64. */
export interface Flood {
  /** The head of the answer to a request that is not for a WebSocket. */
  readonly head?: string;
  readonly first?: string;
  readonly repeated: string;
  /** How often; without end when absent. */
  readonly times?: number;
  readonly last?: string;
  /** Whether the connection is closed after the last byte. */
  readonly ends?: boolean;
  /** Whether nothing that the client sends is read. */
  readonly isDeaf?: boolean;
}

export interface FloodServer {
  readonly origin: string;
  stop(): void;
}

/** Starts a hostile server in a process of its own. */
export async function startFlood(flood: Flood): Promise<FloodServer> {
  const child = fork(join(projectRoot, 'test', 'support', 'flood', 'server.ts'), {
    execArgv: ['--import', 'tsx'],
  });
  child.send(flood);
  const answer: unknown[] = await once(child, 'message');
  const [address] = answer;
  if (typeof address !== 'object' || address === null || !('port' in address)) throw new Error('No port');
  return { origin: `http://127.0.0.1:${String(address.port)}`, stop: () => child.kill('SIGKILL') };
}

/** Bytes as a flood takes them, repeated to about the size of a chunk of the network. */
export function repeated(bytes: Uint8Array, atLeast = 64 * 1024): string {
  const count = Math.max(1, Math.ceil(atLeast / bytes.length));
  return Buffer.concat(Array.from({ length: count }, () => bytes)).toString('base64');
}
