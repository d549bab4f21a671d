import type { Traffic } from '../storage/traffic';
import { env, l10n } from 'vscode';
import { hostname } from 'node:os';
import { Accounts } from '../../api/control/account/accounts';
import { Catalog } from '../../api/control/catalog/catalog';
import { ApiClient } from '../../api/http/client';
import { Logins } from '../../api/control/account/logins';
import { ControlPlane } from '../../api/control/controlPlane';
import { Pools } from '../../api/control/catalog/pools';
import { Sandboxes } from '../../api/control/sandboxes/sandboxes';
import { Snapshots } from '../../api/control/snapshots/snapshots';
import { type AddressFound, type AddressProblem, sandboxAddress } from '../../api/data/sandboxAddress';
import type { Learned } from '../../api/data/learned';
import type { SandboxClient } from '../../api/data/sandboxClient';
import type { RetainedLogs } from '../../api/control/logs';
import type { KnownSecrets } from '../../api/http/errors/redact';
import { UndiciTransport } from '../../api/http/undiciTransport';
import type { Endpoint } from '../../core/account/endpoint';
import type { DisposableLike } from '../../core/kernel/disposable';
import type { Logger } from '../../core/kernel/logger';
import type { SandboxSource } from '../../core/list/polling/pageReading';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { UserError } from '../../text/kit/failureText';
import { ForeignHostError } from './foreignHost';
import type { Network } from './network';
import type { Session } from './session';
import { readSetting } from '../editor/settings';

/** What the address of a sandbox is made from. */
type Addressed = Pick<Sandbox, 'id' | 'sandboxUrl'>;

/** The API of a server, with one credential. */
export interface Services extends DisposableLike {
  readonly sandboxes: Sandboxes;
  readonly snapshots: Snapshots;
  readonly pools: Pools;
  readonly accounts: Accounts;
  /** The login by a browser, which needs no credential. */
  readonly logins: Logins;
  /** The images, secrets and file systems of the project. */
  readonly catalog: Catalog;
  /**
   * Reaches into a sandbox as it was last listed. For what the user asks for only: each request keeps the sandbox awake,
   * or wakes it.
   *
   * @throws UserError when the service named no address for it, or one that must not get the key; ForeignHostError when
   * the user must agree to its host first
   */
  readonly inside: (sandbox: Addressed) => Promise<SandboxClient>;
  /** The host that the user must agree to before anything reaches into a sandbox. Makes no request. */
  readonly foreignHostOf: (sandbox: Addressed) => string | undefined;
  /** Retained output; reading it wakes no sandbox. @param namespace that of the sandbox, where the service gives one */
  logs(namespace: string | undefined): Promise<RetainedLogs>;
}

interface ServiceOptions {
  readonly logger: Logger;
  /** Version of the extension. */
  readonly version: string;
  readonly network: Network;
  /** The secrets that the window has used; those of these services alone by default. */
  readonly secrets?: KnownSecrets;
  /** Told before something reaches into a sandbox. */
  readonly traffic?: Pick<Traffic, 'note'>;
}

/** Opens the API of a server; the caller disposes it. */
export function openServices(
  session: Pick<Session, 'endpoint' | 'credential'> & Partial<Pick<Session, 'trustedHosts'>>,
  { network, traffic, ...options }: ServiceOptions,
): Services {
  const transport = new UndiciTransport({ network: () => network.options() });
  const { endpoint, credential, trustedHosts } = session;
  const find = (sandbox: Addressed): AddressFound =>
    sandboxAddress(endpoint, sandbox, host => trustedHosts?.has(host) ?? false);
  const client = new ApiClient({ transport, endpoint, credential, ...options });
  const namespace = endpoint.namespace ?? readSetting('tensorlake.namespace');
  const plane = new ControlPlane(client, { namespace });
  const accounts = new Accounts(client);
  const learned: Learned = {};
  return {
    sandboxes: new Sandboxes(plane),
    snapshots: new Snapshots(plane),
    pools: new Pools(plane),
    accounts,
    logins: new Logins(client, {
      name: `${env.appName} (${hostname()})`,
      os: process.platform,
      version: options.version,
    }),
    catalog: new Catalog(client, { credential, introspect: signal => accounts.introspect(signal) }),
    inside: async sandbox => {
      const found = find(sandbox);
      if ('foreignHost' in found) throw new ForeignHostError(found.foreignHost);
      if ('error' in found) throw new UserError(addressSentence(found.error, endpoint));
      traffic?.note([sandbox.id]);
      const { SandboxClient } = await import('../../api/data/sandboxClient');
      return new SandboxClient({ transport, address: found.ok, credential, learned, ...options });
    },
    foreignHostOf: sandbox => {
      const found = find(sandbox);
      return 'foreignHost' in found ? found.foreignHost : undefined;
    },
    logs: async named => {
      const { RetainedLogs } = await import('../../api/control/logs');
      return new RetainedLogs(client, named ?? namespace);
    },
    dispose: () => transport.dispose(),
  };
}

function addressSentence(problem: AddressProblem, { isLoopback, isNamespaced }: Endpoint): string {
  if (problem === 'missing') return l10n.t('The sandbox has no address: it is not running.');
  if (problem === 'insecure' && isLoopback)
    return l10n.t(
      'The server gave an address for the sandbox that is not of this machine, and without encryption the key must not be sent there. Set http_proxy.advertise_address of its dataplane to an address of this machine, such as 127.0.0.1:8095.',
    );
  if (problem === 'insecure' && isNamespaced)
    return l10n.t(
      'The server gave an address for the sandbox without encryption, and the key must not be sent there. Reach the server at ports that are forwarded to this machine, and set http_proxy.advertise_address of its dataplane to one of them, such as 127.0.0.1:8095.',
    );
  return l10n.t('The service gave an address for the sandbox that the key must not be sent to.');
}

/** Says in the log which rows of a listing could not be read; the view only counts them. */
export function loggingBadRows(sandboxes: Sandboxes, logger: Logger): SandboxSource {
  return {
    get: (id, signal) => sandboxes.get(id, signal),
    listPage: async (query, signal) => {
      const page = await sandboxes.listPage(query, signal);
      for (const { index, reason } of page.badRowList)
        logger.warn(`Row ${index} of the listing could not be read: ${reason}`);
      return page;
    },
  };
}
