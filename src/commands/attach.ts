import { l10n } from 'vscode';
import { mountViolation } from '../core/mountPath';
import type { FileSystemMount, Sandbox } from '../core/sandbox';
import type { CommandHandler } from '../host/commandRegistry';
import { UserError } from '../host/messages';
import { askPick, askText, type Answer } from '../host/quickInput';
import { rowName } from '../host/rowText';
import { runBatch } from './batch';
import type { CommandContext } from './commandContext';
import { ignored, sendOffered } from './refusal';
import { resolveTarget } from './targets';
import { violationText } from './violationText';

/** Mounts a registered file system into a running sandbox. */
export function attachFileSystem(context: CommandContext): CommandHandler {
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
      const mount = givenMount(args[2]) ?? (await askMount(row.sandbox));
      if (!mount) return;
      const problem = mountProblem(mount, row.sandbox);
      if (problem !== undefined) throw new UserError(problem);
      await runBatch(context, connection, [row], 'update', async sandbox => {
        const feature = l10n.t('attaching file systems');
        const changed = await sendOffered(connection, sandbox, feature, async () =>
          connection.control.attachFileSystem(sandbox.id, mount, connection.signal),
        );
        connection.poller.learn([changed]);
        if (!changed.fileSystems.some(each => each.mountPath === mount.mountPath)) throw ignored(feature);
        return undefined;
      });
    },
  };
}

/** Takes a mounted file system out of a running sandbox. What is stored in it stays. */
export function detachFileSystem(context: CommandContext): CommandHandler {
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
        const feature = l10n.t('detaching file systems');
        const changed = await sendOffered(connection, sandbox, feature, async () =>
          connection.control.detachFileSystem(sandbox.id, path, connection.signal),
        );
        connection.poller.learn([changed]);
        if (changed.fileSystems.some(({ mountPath }) => mountPath === path)) throw ignored(feature);
        return undefined;
      });
    },
  };
}

function mountProblem(mount: FileSystemMount, { fileSystems }: Sandbox): string | undefined {
  const violation = mountViolation(mount, fileSystems);
  return violation && violationText(violation);
}

/** Asks which file system, where and how; back goes one question back with the answers kept. */
async function askMount(sandbox: Sandbox): Promise<FileSystemMount | undefined> {
  const title = l10n.t('Attach File System to {0}', rowName({ sandbox }));
  let mount: FileSystemMount = { fileSystemId: '', mountPath: '', readOnly: false, prefetch: false };
  let step = 1;
  for (;;) {
    const answer = await ask(title, step, mount, sandbox);
    if (answer.kind === 'cancel') return undefined;
    if (answer.kind === 'back') step -= 1;
    else {
      mount = answer.value;
      if (step === totalSteps) return mount;
      step += 1;
    }
  }
}

const totalSteps = 3;

async function ask(
  title: string,
  step: number,
  mount: FileSystemMount,
  sandbox: Sandbox,
): Promise<Answer<FileSystemMount>> {
  switch (step) {
    case 1: {
      const answer = await askText({
        title,
        step,
        totalSteps,
        prompt: l10n.t('Id of a registered file system of this project.'),
        placeholder: 'file_system_…',
        value: mount.fileSystemId,
        validate: text => (text.trim() === '' ? l10n.t('An id is needed.') : undefined),
      });
      return withValue(answer, text => ({ ...mount, fileSystemId: text.trim() }));
    }
    case 2: {
      const answer = await askText({
        title,
        step,
        totalSteps,
        hasBack: true,
        prompt: l10n.t('Where in the sandbox: an absolute path at which nothing is mounted.'),
        placeholder: '/data',
        value: mount.mountPath,
        validate: text => mountProblem({ ...mount, mountPath: text.trim() }, sandbox),
      });
      return withValue(answer, text => ({ ...mount, mountPath: text.trim() }));
    }
    default:
      return await askMode(title, step, mount);
  }
}

async function askMode(
  title: string,
  step: number,
  mount: FileSystemMount,
): Promise<Answer<FileSystemMount>> {
  const answer = await askPick<Pick<FileSystemMount, 'readOnly' | 'prefetch'>>({
    title,
    step,
    totalSteps,
    hasBack: true,
    placeholder: l10n.t('How is it mounted?'),
    items: [
      { label: l10n.t('Read and write'), answer: { readOnly: false, prefetch: false } },
      { label: l10n.t('Read-only'), answer: { readOnly: true, prefetch: false } },
      {
        label: l10n.t('Read and write, fetched ahead'),
        description: l10n.t('contents are fetched before they are asked for'),
        answer: { readOnly: false, prefetch: true },
      },
      {
        label: l10n.t('Read-only, fetched ahead'),
        description: l10n.t('contents are fetched before they are asked for'),
        answer: { readOnly: true, prefetch: true },
      },
    ],
  });
  return withValue(answer, mode => ({ ...mount, ...mode }));
}

function withValue<T, R>(answer: Answer<T>, value: (given: T) => R): Answer<R> {
  return answer.kind === 'value' ? { kind: 'value', value: value(answer.value) } : answer;
}

async function askMounted(sandbox: Sandbox): Promise<string | undefined> {
  const answer = await askPick<string>({
    title: l10n.t('Detach File System from {0}', rowName({ sandbox })),
    placeholder: l10n.t('What is stored in it stays; programs that use it in the sandbox lose it'),
    items: sandbox.fileSystems.map(({ mountPath, fileSystemId, readOnly }) => ({
      label: mountPath,
      description: readOnly ? l10n.t('{0}, read-only', fileSystemId) : fileSystemId,
      answer: mountPath,
    })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

/** What a key binding or another extension asked for. */
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
