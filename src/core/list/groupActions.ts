import { eachInSteps, type Steps } from '../kernel/steps';
import { type Capability, isAbleTo } from '../sandbox/capabilities';
import type { Row } from './rows';

/** What can be done to all sandboxes of a group at once. Tokens of `contextValue`, which menus match. @internal */
export const groupTokensInOrder = ['canSuspendAll', 'canResumeAll', 'canTerminateAll'] as const;

export type GroupToken = (typeof groupTokensInOrder)[number];

/**
 * What a sandbox must be capable of for it. An ephemeral one is left out of Suspend All, which would have to ask for a
 * name for each.
 */
export const groupNeeds: Readonly<Record<GroupToken, Capability>> = {
  canSuspendAll: 'canSuspend',
  canResumeAll: 'canResume',
  canTerminateAll: 'canTerminate',
};

/** The sandboxes to which it can be done now. */
export function rowsFor(token: GroupToken, rows: readonly Row[]): readonly Row[] {
  return rows.filter(row => isFor(token, row));
}

/** What can be done to at least one of the rows. */
export function* groupTokens({ rows }: { readonly rows: readonly Row[] }): Steps<readonly GroupToken[]> {
  const found = new Set<GroupToken>();
  yield* eachInSteps(rows, row => {
    for (const token of groupTokensInOrder) if (!found.has(token) && isFor(token, row)) found.add(token);
  });
  return groupTokensInOrder.filter(token => found.has(token));
}

function isFor(token: GroupToken, row: Row): boolean {
  // What is under way is not done again; only an end may follow anything.
  return isAbleTo(row, [groupNeeds[token]]);
}
