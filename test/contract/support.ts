import { setImmediate } from 'node:timers/promises';
import { Sandbox, SandboxClient, type CreateSandboxOptions } from 'tensorlake';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator/server';

// The SDK would prefer these to the values of the server.
delete process.env['TENSORLAKE_SANDBOX_PROXY_URL'];
delete process.env['TENSORLAKE_ORGANIZATION_ID'];
delete process.env['TENSORLAKE_PROJECT_ID'];

/** Poll interval of the SDK's waits, in seconds. */
export const soon = { pollInterval: 0.01 };

/** The official SDK, configured for one emulator. */
export class Contract {
  /** Address and key, as the SDK's static methods take them. */
  readonly at: { readonly apiUrl: string; readonly apiKey: string };
  readonly client: SandboxClient;

  constructor(readonly emulator: Emulator) {
    this.at = { apiUrl: emulator.url, apiKey: emulator.apiKey };
    this.client = this.clientOf(emulator.apiKey);
  }

  clientOf(apiKey: string): SandboxClient {
    // The second argument suppresses a recommendation of `Sandbox`, which lacks pools, archive and ports.
    return new SandboxClient({ apiUrl: this.emulator.url, apiKey }, true);
  }

  /** Creates a running sandbox. */
  create(options: CreateSandboxOptions = {}): Promise<Sandbox> {
    return Sandbox.create({ ...this.at, ...options });
  }

  /** A handle to an existing sandbox. */
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
        // The SDK reaches sandboxes at this address even where names below `localhost` do not resolve.
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

/** Polls until the result is right; the time limit of the test ends it. */
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
