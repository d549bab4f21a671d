import { l10n } from 'vscode';
import { Accounts } from '../../api/control/accounts';
import { Catalog } from '../../api/control/catalog';
import { ApiClient } from '../../api/http/client';
import { ControlPlane } from '../../api/control/controlPlane';
import { type AddressProblem, sandboxAddress } from '../../api/data/sandboxAddress';
import type { SandboxClient } from '../../api/data/sandboxClient';
import type { RetainedLogs } from '../../api/control/logs';
import { UndiciTransport } from '../../api/http/undiciTransport';
import type { DisposableLike } from '../../core/kernel/disposable';
import type { Logger } from '../../core/kernel/logger';
import type { SandboxSource } from '../../core/list/poller';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { UserError } from '../../text/kit/failureText';
import { networkOptions } from './network';
import type { Session } from './session';
import { readSetting } from '../editor/settings';

/** The clients of a service that use one credential. */
export interface Services extends DisposableLike {
  readonly plane: ControlPlane;
  readonly accounts: Accounts;
  /** The images, secrets and file systems of the project. */
  readonly catalog: Catalog;
  /**
   * The client of the inside of a sandbox, for requests of the user only: each keeps the sandbox awake, or wakes it.
   *
   * @throws UserError when the service named no address for it, or one that must not get the key
   */
  inside(sandbox: Pick<Sandbox, 'id' | 'sandboxUrl'>): Promise<SandboxClient>;
  /** Retained output; reading it wakes no sandbox. @param namespace that of the sandbox, where the service gives one */
  logs(namespace: string | undefined): Promise<RetainedLogs>;
}

/** Makes the clients of a service; the caller disposes them. */
export function connect(
  session: Pick<Session, 'endpoint' | 'credential'>,
  options: { readonly logger: Logger; readonly version: string },
): Services {
  const transport = new UndiciTransport({ network: networkOptions });
  const { endpoint, credential } = session;
  const client = new ApiClient({ transport, endpoint, credential, ...options });
  const namespace = readSetting('tensorlake.namespace');
  const plane = new ControlPlane(client, { namespace });
  return {
    plane,
    accounts: new Accounts(client),
    catalog: new Catalog(client, { credential, introspect: signal => plane.introspect(signal) }),
    inside: async sandbox => {
      const found = sandboxAddress(endpoint, sandbox);
      if ('error' in found) throw new UserError(addressSentence(found.error));
      const { SandboxClient } = await import('../../api/data/sandboxClient');
      return new SandboxClient({ transport, address: found.ok, credential, ...options });
    },
    logs: async named => {
      const { RetainedLogs } = await import('../../api/control/logs');
      return new RetainedLogs(client, named ?? namespace);
    },
    dispose: () => transport.dispose(),
  };
}

function addressSentence(problem: AddressProblem): string {
  return problem === 'missing'
    ? l10n.t('The sandbox has no address: it is not running.')
    : l10n.t('The service gave an address for the sandbox that the key must not be sent to.');
}

/** Logs which rows of a listing could not be read; the view only counts them. */
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
