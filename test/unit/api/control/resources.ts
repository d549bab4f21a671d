import { Accounts } from '../../../../src/api/control/account/accounts';
import { ControlPlane, type ControlPlaneOptions } from '../../../../src/api/control/controlPlane';
import { Pools } from '../../../../src/api/control/catalog/pools';
import { Sandboxes } from '../../../../src/api/control/sandboxes/sandboxes';
import { Snapshots } from '../../../../src/api/control/snapshots/snapshots';
import { type ApiErrorKind, ApiError } from '../../../../src/core/kernel/errors';
import { clientWith, endpointAt, FakeTransport, type Reply } from '../http/fakeTransport';

/** The resources of a control plane, and the requests it received. */
export type Resources = ReturnType<typeof resources>;

/** A control plane that answers with these replies, and repeats the last one. */
export function resources(
  replies: readonly Reply[],
  options: ControlPlaneOptions = {},
  endpoint = 'https://api.tensorlake.ai',
) {
  const transport = new FakeTransport(...replies);
  const client = clientWith(transport, { endpoint: endpointAt(endpoint) });
  const plane = new ControlPlane(client, options);
  return {
    transport,
    sandboxes: new Sandboxes(plane),
    snapshots: new Snapshots(plane),
    pools: new Pools(plane),
    accounts: new Accounts(client),
  };
}

/** Method, path and query of the last request. */
export function lastLine({ transport }: Pick<Resources, 'transport'>): string {
  const { method, url } = transport.last;
  return `${method} ${url.pathname}${url.search}`;
}

/** A predicate for an ApiError of one of these kinds. */
export function isKind(...kinds: readonly ApiErrorKind[]): (error: unknown) => boolean {
  return error => ApiError.is(error, ...kinds);
}
