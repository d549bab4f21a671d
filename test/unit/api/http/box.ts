import assert from 'node:assert/strict';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../../emulator/server';
import { ApiClient } from '../../../../src/api/http/client';
import { ControlPlane } from '../../../../src/api/control/controlPlane';
import { Sandboxes } from '../../../../src/api/control/sandboxes/sandboxes';
import type { CredentialSource } from '../../../../src/api/http/credential';
import { sandboxAddress } from '../../../../src/api/data/sandboxAddress';
import { SandboxClient } from '../../../../src/api/data/sandboxClient';
import type { NetworkOptions } from '../../../../src/api/http/route/proxyRules';
import type { StreamingTransport } from '../../../../src/api/http/transport';
import { UndiciTransport } from '../../../../src/api/http/undiciTransport';
import { ApiError, type ApiErrorKind } from '../../../../src/core/kernel/errors';
import type { Logger } from '../../../../src/core/kernel/logger';
import type { Sandbox } from '../../../../src/core/sandbox/sandbox';
import { waitFor } from '../../../support/waitFor';
import { FakeClock, endpointAt, never } from './fakeTransport';

/** Every line that was logged, of any level. */
class LogLines implements Logger {
  readonly lines: string[] = [];
  readonly trace = (line: string): void => void this.lines.push(line);
  readonly debug = this.trace;
  readonly info = this.trace;
  readonly warn = this.trace;
  readonly error = this.trace;
}

/** A client of the server at `url`, which need not be a sandbox. */
export function clientOf(
  transport: StreamingTransport,
  url: string,
  options: {
    readonly credential?: CredentialSource;
    readonly silenceMs?: number;
    readonly logger?: Logger;
  } = {},
): SandboxClient {
  const address = sandboxAddress(endpointAt('http://127.0.0.1'), { id: 'box', sandboxUrl: url });
  assert.ok('ok' in address);
  return new SandboxClient({
    transport,
    address: address.ok,
    credential: () => 'tl_apiKey_hostile',
    logger: new LogLines(),
    version: '0.0.0',
    clock: new FakeClock(),
    ...options,
  });
}

export function transportOf(network: Partial<NetworkOptions> = {}): UndiciTransport {
  return new UndiciTransport({ network: () => ({ strictSsl: true, ...network }) });
}

/** A real sandbox of an emulator, with the client under test. */
export interface Box {
  readonly emulator: Emulator;
  readonly transport: UndiciTransport;
  readonly sandboxes: Sandboxes;
  readonly sandbox: Sandbox;
  readonly client: SandboxClient;
  readonly log: LogLines;
}

/** Starts one sandbox for the tests of a `describe`. */
export function box(
  options: EmulatorOptions = {},
  credential?: (emulator: Emulator) => CredentialSource,
): () => Box {
  let started: Box | undefined;
  before(async function () {
    this.timeout(20_000);
    const emulator = await startEmulator({
      speed: 100,
      ...options,
      timings: { second: 1_000, ...options.timings },
    });
    const transport = transportOf();
    const log = new LogLines();
    const common = {
      transport,
      credential: credential?.(emulator) ?? (() => emulator.apiKey),
      logger: log,
      version: '0.0.0',
    };
    const endpoint = endpointAt(emulator.url);
    const sandboxes = new Sandboxes(new ControlPlane(new ApiClient({ ...common, endpoint })));
    const { sandboxId } = await sandboxes.create(
      { name: 'box', resources: { cpus: 1, memoryMb: 1024 } },
      never,
    );
    const sandbox = await waitFor('the sandbox to run', async () => {
      const found = await sandboxes.get(sandboxId, never);
      return found.state === 'running' && found;
    });
    const address = sandboxAddress(endpoint, sandbox);
    assert.ok('ok' in address);
    const client = new SandboxClient({ ...common, address: address.ok });
    started = { emulator, transport, sandboxes, sandbox, client, log };
  });
  after(async () => {
    started?.transport.dispose();
    await started?.emulator.stop();
  });
  return () => {
    assert.ok(started, 'The sandbox has not started');
    return started;
  };
}

/** Returns the error of a failed attempt, and checks its kind. */
export async function refused(kind: ApiErrorKind, attempt: Promise<unknown>): Promise<ApiError> {
  try {
    await attempt;
  } catch (error) {
    assert.ok(ApiError.is(error), String(error));
    assert.equal(error.kind, kind, `${error.kind}: ${error.message}`);
    return error;
  }
  assert.fail(`It should have failed as ${kind}`);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
