import { ApiClient } from '../../src/api/client';
import { ControlPlane } from '../../src/api/controlPlane';
import { parseEndpoint } from '../../src/api/endpoint';
import type { UndiciTransport } from '../../src/api/undiciTransport';
import { silentLogger } from '../../src/core/logger';
import { benchKey } from './serverProcess';

/** The control plane of an emulator. */
export function controlPlaneOf(transport: UndiciTransport, url: string, key = benchKey): ControlPlane {
  const endpoint = parseEndpoint(url);
  if ('error' in endpoint) throw new Error(endpoint.error);
  const common = { credential: (): string => key, logger: silentLogger, version: '0' };
  return new ControlPlane(new ApiClient({ transport, endpoint: endpoint.ok, ...common }));
}
