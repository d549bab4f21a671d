import { l10n } from 'vscode';
import type { SandboxPool } from '../core/catalog/pool';
import { defaultImage, plainText, separator, sizeParts } from './kit/units';

/** What people call a pool, which has no name of its own: its image. */
export function poolName({ image = defaultImage }: Pick<SandboxPool, 'image'>): string {
  return plainText(image.replace(/^tensorlake\//, ''), 60);
}

/** How many sandboxes of a pool are ready, in use and allowed: `2 of 3 warm`, `1 claimed`, `at most 5`. */
export function poolCounts(pool: SandboxPool, claimed: number): readonly string[] {
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

/** One line about a pool. */
export function describePool(pool: SandboxPool, claimed: number): string {
  return [...poolCounts(pool, claimed), ...sizeParts(pool.resources)].join(separator);
}
