import { ApiClient } from '../../src/api/http/client';
import { ControlPlane } from '../../src/api/control/controlPlane';
import { Sandboxes } from '../../src/api/control/sandboxes/sandboxes';
import { parseEndpoint } from '../../src/core/account/endpoint';
import type { UndiciTransport } from '../../src/api/http/undiciTransport';
import { silentLogger } from '../../src/core/kernel/logger';
import { benchKey } from './serverProcess';

/** A client for the sandboxes of an emulator. */
export function sandboxesOf(transport: UndiciTransport, url: string, key = benchKey): Sandboxes {
  const endpoint = parseEndpoint(url);
  if ('error' in endpoint) throw new Error(endpoint.error);
  const common = { credential: (): string => key, logger: silentLogger, version: '0' };
  return new Sandboxes(new ControlPlane(new ApiClient({ transport, endpoint: endpoint.ok, ...common })));
}
