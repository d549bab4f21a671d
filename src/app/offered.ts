import { l10n } from 'vscode';
import { ApiError, isRouteMissing, isUnknownFeature } from '../core/kernel/errors';
import type { OptionalCall } from '../core/sandbox/capabilities';
import type { Sandbox } from '../core/sandbox/sandbox';
import type { Connection } from '../host/session/connection';
import { UserError } from '../text/kit/failureText';
import type { AppContext } from './appContext';

/** What some servers do not offer: the call it needs, and its name as the end of "This server does not offer …". */
const features = {
  suspend: { call: 'suspend', text: () => l10n.t('suspending a sandbox') },
  resume: { call: 'resume', text: () => l10n.t('resuming a sandbox') },
  copy: { call: 'copy', text: () => l10n.t('copying a running sandbox') },
  rename: { call: 'update', text: () => l10n.t('naming a sandbox') },
  resize: { call: 'update', text: () => l10n.t('live resize') },
  network: { call: 'update', text: () => l10n.t('network policies') },
  ports: { call: 'update', text: () => l10n.t('exposed ports') },
  publicAccess: { call: 'update', text: () => l10n.t('public access') },
  attach: { call: 'fileSystems', text: () => l10n.t('attaching file systems') },
  detach: { call: 'fileSystems', text: () => l10n.t('detaching file systems') },
} as const satisfies Readonly<Record<string, { readonly call: OptionalCall; readonly text: () => string }>>;

type Feature = keyof typeof features;

/** What knows what the server lacks. */
export type Lacking = Pick<AppContext, 'store' | 'connections' | 'log'>;

/** Each optional call in the words of users, and as the log names it. */
const calls: Readonly<Record<OptionalCall, { readonly text: () => string; readonly route: string }>> = {
  suspend: { text: features.suspend.text, route: 'POST /sandboxes/{id}/suspend' },
  resume: { text: features.resume.text, route: 'POST /sandboxes/{id}/resume' },
  copy: { text: features.copy.text, route: 'POST /sandboxes/{id}/copy' },
  update: { text: () => l10n.t('changing a sandbox'), route: 'PATCH /sandboxes/{id}' },
  fileSystems: {
    text: () => l10n.t('attaching and detaching file systems'),
    route: '/sandboxes/{id}/file_systems',
  },
  archive: {
    text: () => l10n.t('the history of sandboxes that it no longer lists'),
    route: 'GET /archived-sandboxes',
  },
  logs: { text: () => l10n.t('retained logs'), route: 'GET …/logs' },
  tunnels: { text: () => l10n.t('forwarding ports'), route: 'GET /api/v1/tunnels/tcp in sandboxes' },
  ssh: { text: () => l10n.t('SSH'), route: 'GET /api/v1/ssh/status in sandboxes' },
};

/**
 * Sends a request for a feature that some servers lack. An error that means this becomes a sentence, and so does a 404
 * when the sandbox itself is still there. A server without the call is not asked again, and nothing offers what needs
 * it, until the user refreshes.
 */
export async function sendOffered<T>(
  context: Lacking,
  connection: Connection,
  { id }: Pick<Sandbox, 'id'>,
  feature: Feature,
  send: () => Promise<T>,
): Promise<T> {
  const { call, text } = features[feature];
  if (isLacked(context, call)) throw notOffered(text());
  const { sandboxes, signal } = connection;
  try {
    return await send();
  } catch (error) {
    // Elsewhere than on a server of one's own, it may be the file system that is not there.
    const isAmbiguous =
      call === 'fileSystems' && ApiError.is(error, 'notFound') && !connection.session.endpoint.isNamespaced;
    const isMissing = isRouteMissing(error) && !isAmbiguous;
    // Throws `notFound` when the sandbox is gone.
    if (ApiError.is(error, 'notFound')) await sandboxes.get(id, signal);
    if (isMissing) noteLack(context, connection, call);
    if (isMissing || isUnknownFeature(error)) throw notOffered(text(), error);
    if (!ApiError.is(error, 'notFound')) throw error;
    throw new UserError(
      l10n.t('This server does not offer {0}, or does not know what was named. ({1})', text(), error.message),
    );
  }
}

/** Whether a server is known to lack a call, so that it is not asked again. */
export function isLacked({ store }: Pick<AppContext, 'store'>, call: OptionalCall): boolean {
  return store.current.lacks?.has(call) === true;
}

/** Remembers that a server lacks a call, until the user refreshes; the log says so once. */
export function noteLack(
  { store, connections, log }: Lacking,
  connection: Connection,
  call: OptionalCall,
): void {
  if (connections.current !== connection || !store.addLack(call)) return;
  const { route } = calls[call];
  log.info(
    `The server does not have ${route}: what needs it is not offered until the list is refreshed by hand`,
  );
}

/** The error for what a server is known to lack. */
export function lacking(call: OptionalCall): UserError {
  return notOffered(calls[call].text());
}

/** The error for a server that accepted a request and changed nothing. */
export function ignored(feature: Feature): UserError {
  return new UserError(
    l10n.t(
      'The server took the request and changed nothing: it does not seem to offer {0}.',
      features[feature].text(),
    ),
  );
}

function notOffered(feature: string, error?: unknown): UserError {
  const words = error instanceof Error && !isRouteMissing(error) ? error.message : '';
  return new UserError(
    words === ''
      ? l10n.t('This server does not offer {0}.', feature)
      : l10n.t('This server does not offer {0}. ({1})', feature, words),
  );
}
