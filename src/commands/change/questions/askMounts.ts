import { l10n } from 'vscode';
import type { RegisteredFileSystem } from '../../../api/control/catalog/catalog';
import { mountViolation } from '../../../core/sandbox/rules';
import type { FileSystemMount } from '../../../core/sandbox/sandbox';
import { mountWords } from '../../../text/create/fieldText';
import type { Connection } from '../../../host/session/connection';
import { askMany, askPick, type PickItem, linesOf } from '../../../host/editor/dialogs/quickPick';
import { askText, type Answer } from '../../../host/editor/dialogs/quickInput';
import { plainText, separator } from '../../../text/kit/plainText';
import { violationText } from '../../../text/create/violationText';

/** Asks for the file systems to mount, one after another. */
export async function askMounts(
  connection: Connection,
  title: string,
  present: readonly FileSystemMount[],
): Promise<Answer<readonly FileSystemMount[]>> {
  if (present.length === 0) {
    const first = await askMount(connection, title, []);
    if (first.kind !== 'value') return first;
    return await askMounts(connection, title, [first.value]);
  }
  const answer = await askPick<'done' | 'add' | number>({
    title,
    placeholder: l10n.t('Enter takes these; pick one to change or remove it'),
    hasBack: true,
    items: [
      { icon: 'check', label: l10n.t('Done'), answer: 'done' },
      { icon: 'add', label: l10n.t('Mount another…'), answer: 'add' },
      ...present.map((mount, index) => ({ label: mountWords(mount), answer: index })),
    ],
  });
  if (answer.kind === 'cancel') return answer;
  // Going back keeps the mounts that were chosen here.
  if (answer.kind === 'back' || answer.value === 'done') return { kind: 'value', value: present };
  if (answer.value === 'add') {
    const added = await askMount(connection, title, present);
    if (added.kind === 'cancel') return added;
    return await askMounts(connection, title, added.kind === 'value' ? [...present, added.value] : present);
  }
  return await changeMount(connection, title, present, answer.value);
}

async function changeMount(
  connection: Connection,
  title: string,
  present: readonly FileSystemMount[],
  index: number,
): Promise<Answer<readonly FileSystemMount[]>> {
  const mount = present[index];
  const others = present.filter((_mount, at) => at !== index);
  const answer = await askPick<'change' | 'remove'>({
    title,
    placeholder: mount ? mountWords(mount) : '',
    hasBack: true,
    items: [
      { label: l10n.t('Change…'), answer: 'change' },
      { label: l10n.t('Remove'), answer: 'remove' },
    ],
  });
  if (answer.kind === 'cancel') return answer;
  if (answer.kind === 'back') return await askMounts(connection, title, present);
  if (answer.value === 'remove')
    return others.length === 0 ? { kind: 'value', value: [] } : await askMounts(connection, title, others);
  const changed = await askMount(connection, title, others, mount);
  if (changed.kind === 'cancel') return changed;
  const next = changed.kind === 'value' ? present.with(index, changed.value) : present;
  return await askMounts(connection, title, next);
}

/**
 * Asks for one mount: file system, path, options.
 *
 * @param others mounts whose paths are taken
 */
export async function askMount(
  connection: Connection,
  title: string,
  others: readonly FileSystemMount[],
  present?: FileSystemMount,
): Promise<Answer<FileSystemMount>> {
  for (;;) {
    const fileSystem = await askFileSystem(connection, title, present?.fileSystemId);
    if (fileSystem.kind !== 'value') return fileSystem;
    const { id: fileSystemId, name } = fileSystem.value;
    const mountPath = await askText({
      title,
      prompt: l10n.t('Absolute path in the sandbox where it is mounted.'),
      value: present?.mountPath ?? `/mnt/${/^[\w.-]+$/.test(name ?? '') ? (name ?? '') : 'data'}`,
      hasBack: true,
      validate: text =>
        mountProblem(others, { fileSystemId, mountPath: text.trim(), readOnly: false, prefetch: false }),
    });
    if (mountPath.kind === 'back') continue;
    if (mountPath.kind !== 'value') return mountPath;
    const rest = await askOptions(title, present);
    if (rest.kind === 'back') continue;
    if (rest.kind !== 'value') return rest;
    return { kind: 'value', value: { fileSystemId, mountPath: mountPath.value.trim(), ...rest.value } };
  }
}

function mountProblem(others: readonly FileSystemMount[], mount: FileSystemMount): string | undefined {
  const broken = mountViolation(mount, others);
  return broken && violationText(broken);
}

async function askFileSystem(
  { catalog, signal }: Connection,
  title: string,
  present: string | undefined,
): Promise<Answer<Pick<RegisteredFileSystem, 'id' | 'name'>>> {
  const kept: readonly PickItem<Pick<RegisteredFileSystem, 'id' | 'name'>>[] =
    present === undefined
      ? []
      : [{ label: plainText(present), description: l10n.t('as now'), answer: { id: present } }];
  return await askPick<Pick<RegisteredFileSystem, 'id' | 'name'>>({
    title,
    placeholder: l10n.t('Pick a file system, or type its id'),
    hasBack: true,
    items: kept,
    more: linesOf(catalog.fileSystems(signal), list =>
      list.map(fileSystem => ({
        label: plainText(fileSystem.name ?? fileSystem.id),
        description: [fileSystem.description, fileSystem.region, fileSystem.status]
          .filter(part => part !== undefined)
          .map(part => plainText(part, 80))
          .join(separator),
        answer: fileSystem,
      })),
    ),
    typed: text => ({ label: l10n.t('Use the id "{0}"', plainText(text)), answer: { id: text } }),
  });
}

type MountOptions = Omit<FileSystemMount, 'fileSystemId' | 'mountPath'>;

async function askOptions(
  title: string,
  present: FileSystemMount | undefined,
): Promise<Answer<MountOptions>> {
  const options = await askMany<'readOnly' | 'prefetch' | 'pinned'>({
    title,
    placeholder: l10n.t('Tick how it is mounted; Enter goes on'),
    hasBack: true,
    items: [
      { label: l10n.t('Read-only'), picked: present?.readOnly ?? false, answer: 'readOnly' },
      {
        label: l10n.t('Prefetch'),
        description: l10n.t('fetches its content ahead of use'),
        picked: present?.prefetch ?? false,
        answer: 'prefetch',
      },
      {
        label: l10n.t('Pinned to a snapshot of it…'),
        description: l10n.t('read-only by that'),
        picked: present?.snapshotId !== undefined,
        answer: 'pinned',
      },
    ],
  });
  if (options.kind !== 'value') return options;
  const isPinned = options.value.includes('pinned');
  const readOnly = options.value.includes('readOnly') || isPinned;
  const chosen = { readOnly, prefetch: options.value.includes('prefetch') };
  if (!isPinned) return { kind: 'value', value: chosen };
  const pin = await askText({
    title,
    prompt: l10n.t('Id of the snapshot of the file system.'),
    value: present?.snapshotId ?? '',
    hasBack: true,
    validate: text => (text.trim() === '' ? l10n.t('An id is needed.') : undefined),
  });
  return pin.kind === 'value' ? { kind: 'value', value: { ...chosen, snapshotId: pin.value.trim() } } : pin;
}
