import { l10n } from 'vscode';
import { isAmbiguous } from '../../core/kernel/errors';
import { lookFor, patiently } from '../../core/list/polling/lookFor';
import { mountViolation } from '../../core/sandbox/rules';
import type { FileSystemMount, Sandbox } from '../../core/sandbox/sandbox';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { lostText } from '../../text/create/lostText';
import { UncertainError, UserError } from '../../text/kit/failureText';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { rowName } from '../../text/sandbox/rowText';
import { plainText } from '../../text/kit/plainText';
import { runBatch } from '../../app/batch';
import type { AppContext } from '../../app/appContext';
import { askMount } from './questions/askMounts';
import { ignored, sendOffered } from '../../app/offered';
import { resolveTarget } from '../../app/targets';
import { violationText } from '../../text/create/violationText';

/** Mounts a registered file system into a running sandbox. */
export function attachFileSystem(context: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not attach the file system'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const row = await resolveTarget(context, args, {
        anyOf: ['canAttach'],
        question: () => l10n.t('Attach a file system to which sandbox?'),
        none: () => l10n.t('No running sandbox to attach a file system to.'),
      });
      if (!row) return;
      const mount = givenMount(args[2]) ?? (await askNew(connection, row.sandbox));
      if (!mount) return;
      const problem = mountProblem(mount, row.sandbox);
      if (problem !== undefined) throw new UserError(problem);
      await runBatch(context, connection, [row], 'update', async sandbox => {
        const isDone = ({ fileSystems }: Sandbox): boolean =>
          fileSystems.some(each => each.mountPath === mount.mountPath);
        const changed = await sendOrLook(context, connection, sandbox, isDone, () =>
          sendOffered(context, connection, sandbox, 'attach', async () =>
            connection.sandboxes.attachFileSystem(sandbox.id, mount, connection.signal),
          ),
        );
        connection.poller.applyUpdate([changed]);
        if (!isDone(changed)) throw ignored('attach');
        return undefined;
      });
    },
  };
}

/** Detaches a file system from a running sandbox. Its data stays. */
export function detachFileSystem(context: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not detach the file system'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const row = await resolveTarget(context, args, {
        anyOf: ['canDetach'],
        question: () => l10n.t('Detach a file system from which sandbox?'),
        none: () => l10n.t('No running sandbox with a file system to detach.'),
      });
      if (!row) return;
      const path = typeof args[2] === 'string' ? args[2] : await askMounted(row.sandbox);
      if (path === undefined) return;
      await runBatch(context, connection, [row], 'update', async sandbox => {
        const isDone = ({ fileSystems }: Sandbox): boolean =>
          !fileSystems.some(({ mountPath }) => mountPath === path);
        const changed = await sendOrLook(context, connection, sandbox, isDone, () =>
          sendOffered(context, connection, sandbox, 'detach', async () =>
            connection.sandboxes.detachFileSystem(sandbox.id, path, connection.signal),
          ),
        );
        connection.poller.applyUpdate([changed]);
        if (!isDone(changed)) throw ignored('detach');
        return undefined;
      });
    },
  };
}

/**
 * Sends a request that must not be repeated; when its answer is lost, looks at the sandbox for what became of it.
 *
 * @throws UncertainError when that cannot be seen
 */
async function sendOrLook(
  { clock }: AppContext,
  { sandboxes, signal }: Connection,
  { id }: Sandbox,
  isDone: (sandbox: Sandbox) => boolean,
  send: () => Promise<Sandbox>,
): Promise<Sandbox> {
  try {
    return await send();
  } catch (error) {
    if (!isAmbiguous(error) || signal.aborted) throw error;
    const look = async (): Promise<Sandbox | undefined> => {
      const now = await patiently(() => sandboxes.withoutRetries().get(id, signal));
      return now && isDone(now) ? now : undefined;
    };
    const done = await lookFor(look, clock, signal);
    if (done) return done;
    throw new UncertainError(lostText(error, 0));
  }
}

function mountProblem(mount: FileSystemMount, { fileSystems }: Sandbox): string | undefined {
  const violation = mountViolation(mount, fileSystems);
  return violation && violationText(violation);
}

async function askNew(connection: Connection, sandbox: Sandbox): Promise<FileSystemMount | undefined> {
  const title = l10n.t('Attach File System to {0}', rowName({ sandbox }));
  const answer = await askMount(connection, title, sandbox.fileSystems);
  return answer.kind === 'value' ? answer.value : undefined;
}

async function askMounted(sandbox: Sandbox): Promise<string | undefined> {
  const answer = await askPick<string>({
    title: l10n.t('Detach File System from {0}', rowName({ sandbox })),
    placeholder: l10n.t('What is stored in it stays; programs that use it in the sandbox lose it'),
    items: sandbox.fileSystems.map(({ mountPath, fileSystemId, readOnly }) => ({
      label: plainText(mountPath),
      description: plainText(readOnly ? l10n.t('{0}, read-only', fileSystemId) : fileSystemId),
      answer: mountPath,
    })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

/** The mount that a key binding or another extension asks for. */
function givenMount(value: unknown): FileSystemMount | undefined {
  if (value === undefined) return undefined;
  const members = new Map<string, unknown>(
    typeof value === 'object' && value !== null ? Object.entries(value) : [],
  );
  const fileSystemId = members.get('fileSystemId');
  const mountPath = members.get('mountPath');
  if (typeof fileSystemId !== 'string' || typeof mountPath !== 'string')
    throw new UserError(l10n.t('The id of a file system and a path are needed.'));
  return {
    fileSystemId,
    mountPath,
    readOnly: members.get('readOnly') === true,
    prefetch: members.get('prefetch') === true,
  };
}
