import { env, l10n, Uri } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { withSandboxOf } from '../../app/targets';
import { createLimits } from '../../core/sandbox/rules';
import { portUrl } from '../../core/sandbox/exposedPorts';
import { displayName } from '../../core/sandbox/sandbox';
import { copyText } from '../../host/editor/clipboard';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { offer } from '../../host/editor/messages';
import { UserError } from '../../text/kit/failureText';
import { askPick } from '../../host/editor/quickPick';
import { askText } from '../../host/editor/quickInput';
import { rowName } from '../../text/sandbox/rowText';
import { plainText } from '../../text/kit/plainText';
import { reach, resolveReachable } from '../../app/reach';
import type { PortForward } from './portForward';
import type { Forwards } from './forwards';

/** Opens a local port that leads into a sandbox; the remote port is not exposed. */
export function forward(app: AppContext, forwards: Forwards): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not forward the port'),
    run: async (...args) => {
      const question = (): string => l10n.t('Forward a port of which sandbox?');
      const row = await resolveReachable(app, withSandboxOf(args), question);
      const reached = row && (await reach(app, row));
      if (!row || !reached) return undefined;
      const asked = isPort(args[2])
        ? { remote: args[2] }
        : await askPorts(rowName(row), row.sandbox.exposedPorts);
      if (!asked) return undefined;
      const { localPort } = await open(forwards, row.sandbox.id, asked.remote, asked.local);
      const text = l10n.t('Port {0} of {1} is at localhost:{2}.', asked.remote, rowName(row), localPort);
      void offer(text, l10n.t('Open in Browser')).then(async isWanted => {
        if (isWanted) await env.openExternal(Uri.parse(localUrl(localPort)));
      });
      return localPort;
    },
  };
}

/** Opens a forwarded or exposed port in the browser. */
export function openPort(app: AppContext, forwards: Forwards): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not open the port'),
    run: async (...args) => {
      const url = await resolveUrl(app, forwards, args[0]);
      if (url !== undefined) await env.openExternal(Uri.parse(url));
    },
  };
}

/** Copies the address of a forwarded or exposed port, or of each selected one, one to a line. */
export function copyPortUrl(app: AppContext, forwards: Forwards): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not copy the address'),
    run: async (...args) => {
      const urls: string[] = [];
      for (const node of nodesIn(args)) urls.push(...[await resolveUrl(app, forwards, node)].filter(isThere));
      if (urls.length > 0) await copyText(urls.join('\n'));
    },
  };
}

/** Closes forwards and their connections. */
export function stopForward(app: AppContext, forwards: Forwards): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not stop forwarding'),
    run: async (...args) => {
      for (const node of nodesIn(args)) {
        const found = forwardIn(node) ?? (await pickForward(app, forwards));
        if (found) forwards.remove(found);
      }
    },
  };
}

/** The node that a command was called with, or the selected ones if it is one of them. */
function nodesIn([first, selected]: readonly unknown[]): readonly unknown[] {
  return Array.isArray(selected) && selected.includes(first) ? selected : [first];
}

function isThere(url: string | undefined): url is string {
  return url !== undefined;
}

async function open(
  forwards: Forwards,
  sandboxId: string,
  remote: number,
  local: number | undefined,
): Promise<PortForward> {
  try {
    return await forwards.open(sandboxId, remote, local);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new UserError(
        l10n.t('Port {0} of this machine is in use. Leave it out to take another.', local ?? 0),
      );
    if (code === 'EACCES')
      throw new UserError(
        l10n.t('Port {0} of this machine needs rights the editor does not have.', local ?? 0),
      );
    throw error;
  }
}

/** `8080`, or `8080:3000` for port 3000 of this machine. */
async function askPorts(
  name: string,
  exposed: readonly number[],
): Promise<{ readonly remote: number; readonly local?: number } | undefined> {
  const answer = await askText({
    title: l10n.t('Forward a Port of {0}', name),
    prompt: l10n.t(
      'Port inside the sandbox; "8080:3000" takes port 3000 of this machine. Only this machine can connect.',
    ),
    value: String(exposed[0] ?? ''),
    placeholder: '8080',
    validate: text => (readPorts(text) ? undefined : portRule()),
  });
  return answer.kind === 'value' ? readPorts(answer.value) : undefined;
}

function readPorts(text: string): { readonly remote: number; readonly local?: number } | undefined {
  const [remote, local, ...more] = text
    .split(':')
    .map(part => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (!isPort(remote) || more.length > 0 || (local !== undefined && !isPort(local))) return undefined;
  return { remote, ...(local !== undefined && { local }) };
}

function portRule(): string {
  return l10n.t('A port is a whole number from 1 to {0}.', createLimits.portMax);
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= createLimits.portMax;
}

async function resolveUrl(app: AppContext, forwards: Forwards, node: unknown): Promise<string | undefined> {
  const exposed = exposedUrl(app, node);
  if (exposed !== undefined) return exposed;
  const found = forwardIn(node) ?? (await pickForward(app, forwards));
  return found && localUrl(found.localPort);
}

/** The IP address rather than `localhost`, which may resolve to another server on the same port over IPv6. */
function localUrl(localPort: number): string {
  return `http://127.0.0.1:${localPort}/`;
}

function exposedUrl({ store }: AppContext, node: unknown): string | undefined {
  if (!isNode(node) || !('exposedPort' in node) || !isPort(node.exposedPort)) return undefined;
  const sandbox = store.current.rows.get(node.sandboxId)?.sandbox;
  const url = sandbox && portUrl(sandbox, node.exposedPort);
  if (url === undefined) throw new UserError(l10n.t('The port has no address: the sandbox is not running.'));
  return url;
}

function forwardIn(node: unknown): PortForward | undefined {
  return isForwardNode(node) ? node.forward : undefined;
}

function isForwardNode(node: unknown): node is { readonly forward: PortForward } {
  return isNode(node) && 'forward' in node && typeof node.forward === 'object';
}

function isNode(value: unknown): value is { readonly sandboxId: string } {
  return (
    typeof value === 'object' && value !== null && 'sandboxId' in value && typeof value.sandboxId === 'string'
  );
}

async function pickForward({ store }: AppContext, forwards: Forwards): Promise<PortForward | undefined> {
  const open = forwards.list();
  if (open.length === 0) throw new UserError(l10n.t('No port is forwarded.'));
  const nameOf = (id: string): string => {
    const sandbox = store.current.rows.get(id)?.sandbox;
    return plainText(sandbox ? displayName(sandbox) : id);
  };
  const answer = await askPick<PortForward>({
    title: l10n.t('Forwarded Ports'),
    placeholder: l10n.t('Which port?'),
    items: open.map(each => ({
      label: `${each.remotePort} → localhost:${each.localPort}`,
      description: nameOf(each.sandboxId),
      answer: each,
    })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}
