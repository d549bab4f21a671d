import { l10n } from 'vscode';
import { hasLifetime, type ResourceResize, type Sandbox } from '../../core/sandbox/sandbox';
import { dateAndTime, idleSpan, mebibytes, sizeParts, spokenSpan } from '../../text/kit/units';
import { lifetimeText, timeoutTitle } from '../../text/sandbox/sandboxFields';
import { defaultImage } from '../../text/sandbox/stateText';
import { listText } from '../../text/kit/listText';
import { plainText } from '../../text/kit/plainText';
import { ageOf } from '../../core/kernel/time/timeSpan';
import { commandIds } from '../../manifest';
import type { ActionButtons } from './actions';
import type { PageFacts, Relative } from './facts';
import {
  button,
  card,
  code,
  codeList,
  copyButton,
  element,
  type Fact,
  factList,
  type PageNode,
  table,
} from '../kit/pageNode';

/** What the sandbox is and was created from. */
export function sandboxCard({ sandbox, nowMs }: PageFacts): PageNode | undefined {
  const { entrypoint, secretNames } = sandbox;
  return card(
    'sandbox',
    l10n.t('Sandbox'),
    factList([
      [
        l10n.t('Name'),
        sandbox.name === undefined
          ? hasLifetime(sandbox)
            ? l10n.t('none')
            : l10n.t('none: it is ephemeral')
          : [plainText(sandbox.name), ' ', copyButton('name', l10n.t('Copy the name'))],
      ],
      [l10n.t('Id'), code(sandbox.id)],
      [l10n.t('Namespace'), sandbox.namespace && code(sandbox.namespace)],
      [l10n.t('Image'), code(sandbox.image ?? defaultImage)],
      [
        l10n.t('Entrypoint'),
        entrypoint && entrypoint.length > 0
          ? element('ol', { class: 'words' }, ...entrypoint.map(word => element('li', {}, code(word))))
          : undefined,
      ],
      [l10n.t('Secrets'), codeList(secretNames ?? [])],
      timeFact(l10n.t('Created'), sandbox.createdAtMs, nowMs),
      timeFact(l10n.t('Terminated'), sandbox.terminatedAtMs, nowMs),
      timeFact(l10n.t('Archived'), sandbox.archivedAtMs, nowMs),
    ]),
  );
}

function timeFact(label: string, ms: number | undefined, nowMs: number): Fact {
  if (ms === undefined) return [label, undefined];
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return [label, String(ms)];
  return [
    label,
    [
      element('time', { datetime: date.toISOString() }, dateAndTime(ms)),
      element('span', { class: 'quiet' }, ` ${l10n.t('{0} ago', spokenSpan(ageOf(ms, nowMs)))}`),
    ],
  ];
}

/** The size, what it costs as far as that is known, and how the last resize went. */
export function sizeCard({ sandbox, bill, nowMs }: PageFacts, actions: ActionButtons): PageNode | undefined {
  const { cpus, memoryMb, diskMb, gpus } = sandbox.resources;
  return card(
    'size',
    l10n.t('Size'),
    factList([
      [l10n.t('CPUs'), cpus === undefined ? undefined : String(cpus)],
      [l10n.t('Memory'), memoryMb === undefined ? undefined : mebibytes(memoryMb)],
      [l10n.t('Disk'), diskMb === undefined ? undefined : mebibytes(diskMb)],
      [l10n.t('GPUs'), listText(gpus.map(({ count, model }) => `${count} × ${plainText(model, 40)}`))],
      [
        timeoutTitle(sandbox),
        sandbox.timeoutSecs === undefined
          ? undefined
          : [
              hasLifetime(sandbox) ? lifetimeText(sandbox, nowMs) : idleSpan(sandbox.timeoutSecs),
              element('span', { class: 'quiet' }, ` ${l10n.t('set at creation, cannot be changed')}`),
            ],
      ],
      ...bill.map(({ label, value }): [string, string] => [label, value]),
      [l10n.t('Resize'), sandbox.resourceResize && resizeText(sandbox.resourceResize)],
      [
        l10n.t('Resize error'),
        sandbox.resourceResize?.errorMessage === undefined
          ? undefined
          : element('pre', { tabindex: '0' }, plainText(sandbox.resourceResize.errorMessage, 2000)),
      ],
    ]),
    actions.row([commandIds.resize]),
  );
}

function resizeText({ generation, status, requested }: ResourceResize): string {
  const size = requested
    ? [
        ...sizeParts(requested),
        ...(requested.diskMb === undefined ? [] : [mebibytes(requested.diskMb)]),
      ].join(', ')
    : '';
  switch (status.toLowerCase()) {
    case 'pending':
      return l10n.t(
        'number {0} to {1} is under way; the sizes above hold until it is done',
        generation,
        size,
      );
    case 'succeeded':
      return l10n.t('number {0} to {1} is done', generation, size);
    case 'failed':
      return l10n.t('number {0} to {1} failed; the sizes above hold', generation, size);
    default:
      return l10n.t('number {0} to {1}: {2}', generation, size, plainText(status));
  }
}

/** The mounted file systems. */
export function storageCard({ fileSystems }: Sandbox, actions: ActionButtons): PageNode | undefined {
  const mounts = table(
    l10n.t('Mounted file systems'),
    [l10n.t('Path'), l10n.t('File system'), l10n.t('Mode')],
    fileSystems.map(({ mountPath, fileSystemId, readOnly, prefetch, snapshotId }) => {
      const mode = [
        readOnly ? l10n.t('read-only') : l10n.t('read and write'),
        ...(prefetch ? [l10n.t('fetched ahead')] : []),
        ...(snapshotId === undefined ? [] : [l10n.t('as of snapshot {0}', plainText(snapshotId))]),
      ];
      return [
        element('th', { scope: 'row' }, code(mountPath)),
        element('td', {}, code(fileSystemId)),
        element('td', {}, mode.join(', ')),
      ];
    }),
  );
  return card(
    'storage',
    l10n.t('File systems'),
    fileSystems.length === 0 ? element('p', {}, l10n.t('Nothing is mounted.')) : mounts,
    actions.row([commandIds.attachFileSystem, commandIds.detachFileSystem]),
  );
}

/** What the sandbox was copied or restored from, and its own copies. */
export function lineageCard({ sandbox, copyOf, copies, restoredFrom }: PageFacts): PageNode | undefined {
  const facts = factList([
    [l10n.t('Copy of'), copyOf && relative(copyOf)],
    [l10n.t('Restored from'), restoredFrom === undefined ? undefined : code(restoredFrom)],
    [
      l10n.t('Copies'),
      copies.length === 0
        ? undefined
        : element('ul', { class: 'entries' }, ...copies.map(each => element('li', {}, relative(each)))),
    ],
    [l10n.t('Pool'), sandbox.poolId && code(sandbox.poolId)],
    [l10n.t('Template'), sandbox.templateId && code(sandbox.templateId)],
  ]);
  return card(
    'lineage',
    l10n.t('Lineage'),
    facts ??
      element(
        'p',
        { class: 'quiet' },
        l10n.t('Nothing is known: the service does not report it, and no copy was made in this window.'),
      ),
  );
}

function relative({ id, name }: Relative): PageNode {
  return button(
    name === undefined ? plainText(id) : plainText(name),
    { open: `sandbox:${id}` },
    { kind: 'small', label: l10n.t('Show the details of {0}', plainText(name ?? id)) },
  );
}

/** Where the sandbox runs. */
export function placementCard(sandbox: Sandbox): PageNode | undefined {
  const facts = factList([
    [l10n.t('Runtime'), sandbox.runtime && code(sandbox.runtime)],
    [l10n.t('Container'), sandbox.containerId && code(sandbox.containerId)],
    [l10n.t('Executor'), sandbox.executorId && code(sandbox.executorId)],
  ]);
  return facts && card('placement', l10n.t('Placement'), facts);
}
