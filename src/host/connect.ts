import { ApiClient } from '../api/client';
import { ControlPlane } from '../api/controlPlane';
import { UndiciTransport } from '../api/undiciTransport';
import type { DisposableLike } from '../core/disposable';
import type { Logger } from '../core/logger';
import type { SandboxSource } from '../core/poller';
import { networkOptions } from './network';
import type { Session } from './session';
import { readSetting } from './settings';

/** Opens a way to the control plane with a key; the caller lets go of it. */
export function connect(
  session: Pick<Session, 'endpoint' | 'credential'>,
  options: { readonly logger: Logger; readonly version: string },
): { readonly plane: ControlPlane } & DisposableLike {
  const transport = new UndiciTransport({ network: networkOptions });
  const { endpoint, credential } = session;
  const client = new ApiClient({ transport, endpoint, credential, ...options });
  const plane = new ControlPlane(client, { namespace: readSetting('tensorlake.namespace') });
  return { plane, dispose: () => transport.dispose() };
}

/** Says in the log which rows of a listing could not be read; the view only counts them. */
export function loggingBadRows(plane: ControlPlane, logger: Logger): SandboxSource {
  return {
    get: (id, signal) => plane.get(id, signal),
    listPage: async (query, signal) => {
      const page = await plane.listPage(query, signal);
      for (const { index, reason } of page.badRowList)
        logger.warn(`Row ${index} of the listing could not be read: ${reason}`);
      return page;
    },
  };
}
