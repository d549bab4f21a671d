import { setImmediate } from 'node:timers/promises';
import { Sandbox, SandboxClient, type CreateSandboxOptions } from 'tensorlake';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator/server';

// The SDK would prefer these to what the server says.
delete process.env['TENSORLAKE_SANDBOX_PROXY_URL'];
delete process.env['TENSORLAKE_ORGANIZATION_ID'];
delete process.env['TENSORLAKE_PROJECT_ID'];

/** How often the SDK's waits ask. */
export const soon = { pollInterval: 0.01 };

/** The official SDK, pointed at one emulator. */
export class Contract {
  /** Where and as whom: what the SDK's static methods take. */
  readonly at: { readonly apiUrl: string; readonly apiKey: string };
  readonly client: SandboxClient;

  constructor(readonly emulator: Emulator) {
    this.at = { apiUrl: emulator.url, apiKey: emulator.apiKey };
    this.client = this.clientOf(emulator.apiKey);
  }

  clientOf(apiKey: string): SandboxClient {
    // The second argument keeps it from recommending `Sandbox`, which has no pools, archive and ports.
    return new SandboxClient({ apiUrl: this.emulator.url, apiKey }, true);
  }

  /** A running sandbox. */
  create(options: CreateSandboxOptions = {}): Promise<Sandbox> {
    return Sandbox.create({ ...this.at, ...options });
  }

  /** A handle to a sandbox that exists. */
  connect(sandboxId: string): Promise<Sandbox> {
    return Sandbox.connect({ ...this.at, sandboxId });
  }
}

/** Starts one emulator for the tests of a `describe`; the returned function gives access to it. */
export function contract(options: EmulatorOptions = {}): () => Contract {
  let started: Contract | undefined;
  before(async () => {
    started = new Contract(
      await startEmulator({
        speed: 100,
        ...options,
        // The SDK reaches sandboxes there even where names below `localhost` do not resolve.
        dialect: { address: 'loopback', ...options.dialect },
        timings: { second: 1_000, archive: 600_000, ...options.timings },
      }),
    );
  });
  after(async () => {
    started?.client.close();
    await started?.emulator.stop();
  });
  return () => {
    if (started === undefined) throw new Error('The emulator has not started');
    return started;
  };
}

/** Asks until the answer is right; the test's own time limit ends it. */
export async function eventually<T>(ask: () => T | Promise<T>, done: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (done(value)) return value;
    await setImmediate();
  }
}

/** Reads a stream of output to its end. */
export async function linesOf(stream: AsyncIterable<{ readonly line: string }>): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { line } of stream) lines.push(line);
  return lines;
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (content: Uint8Array): string => new TextDecoder().decode(content);

/** The arguments of `sh` for a script. */
export const script = (source: string) => ({ args: ['-c', source] });
