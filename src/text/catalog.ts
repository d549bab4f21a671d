import { l10n } from 'vscode';
import type { CatalogPart } from '../core/catalog/catalogStore';
import type { SandboxPool } from '../core/catalog/pool';
import { hasLifetime } from '../core/sandbox/sandbox';
import { listFailureSentence } from './kit/failureText';
import { badRowsText, listText, partialListText } from './kit/listText';
import { type Field, knownFields } from './kit/markdown';
import { plainText, separator } from './kit/plainText';
import { dateAndTime, mebibytes, sizeParts, idleSpan, lifetimeSpan } from './kit/units';
import { networkText, timeoutTitle } from './sandbox/sandboxFields';
import { defaultImage } from './sandbox/stateText';

/** The image of a pool, as its name: pools have none of their own. */
export function poolName({ image = defaultImage }: Pick<SandboxPool, 'image'>): string {
  return plainText(image.replace(/^tensorlake\//, ''), 60);
}

/** How many sandboxes of a pool are ready, in use and allowed: `2 of 3 warm`, `1 claimed`, `at most 5`. */
function poolCounts(pool: SandboxPool, claimed: number): readonly string[] {
  const { containers, warmContainers: wanted, maxContainers } = pool;
  const warm =
    containers === undefined
      ? wanted === undefined
        ? undefined
        : l10n.t('{0} to be kept warm', wanted)
      : wanted === undefined
        ? l10n.t('{0} warm', containers.idle)
        : l10n.t('{0} of {1} warm', containers.idle, wanted);
  return [
    warm,
    l10n.t('{0} claimed', containers?.running ?? claimed),
    maxContainers === undefined ? undefined : l10n.t('at most {0}', maxContainers),
  ].filter(part => part !== undefined);
}

/** The description of a pool. */
export function describePool(pool: SandboxPool, claimed: number): string {
  return [...poolCounts(pool, claimed), ...sizeParts(pool.resources)].join(separator);
}

/** Every field of SandboxPoolInfo that has a value, in reading order (API reference section 2.16). */
export function poolFields(pool: SandboxPool, claimed: number): readonly Field[] {
  const { resources, timeoutSecs, minContainers, createdAtMs, updatedAtMs } = pool;
  return knownFields([
    [l10n.t('Image'), pool.image ?? defaultImage],
    [l10n.t('Id'), pool.id],
    [l10n.t('Sandboxes'), poolCounts(pool, claimed).join(', ')],
    [l10n.t('At least'), minContainers === undefined ? undefined : String(minContainers)],
    [l10n.t('Size'), sizeParts(resources).join(', ')],
    [l10n.t('Disk'), resources.diskMb === undefined ? undefined : mebibytes(resources.diskMb)],
    [
      timeoutTitle(pool),
      timeoutSecs === undefined
        ? undefined
        : hasLifetime(pool)
          ? lifetimeSpan(timeoutSecs)
          : idleSpan(timeoutSecs),
    ],
    [l10n.t('Entrypoint'), pool.entrypoint?.map(word => JSON.stringify(word)).join(' ')],
    [l10n.t('Network'), networkText(pool.networkPolicy)],
    [l10n.t('Exposed ports'), listText(pool.exposedPorts)],
    [
      l10n.t('Port access'),
      pool.allowUnauthenticatedAccess ? l10n.t('public: anyone with the address') : undefined,
    ],
    [l10n.t('Created'), createdAtMs === undefined ? undefined : dateAndTime(createdAtMs)],
    [l10n.t('Changed'), updatedAtMs === undefined ? undefined : dateAndTime(updatedAtMs)],
    [l10n.t('Namespace'), pool.namespace],
  ]);
}

/** How many entries a half of the catalog has, and what it lacks. */
export function catalogPartText(part: CatalogPart<unknown>): string {
  if ('failure' in part) return listFailureSentence(part.failure);
  const count = part.ok.length === 0 ? l10n.t('none') : String(part.ok.length);
  return [count, part.isCut ? partialListText() : undefined, badRowsText(part.badRows)]
    .filter(text => text !== undefined)
    .join(separator);
}
