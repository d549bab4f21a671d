import type { ObservedTransition } from '../../core/activity/activityLog';
import type { PublicEnd } from '../../core/publicAccess/publicAccess';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { Availability } from '../../core/list/availability';
import type { ActionKind, Row } from '../../core/list/rows';
import type { Field } from '../../text/kit/markdown';

/** A sandbox that another was copied from, or a copy; its name where it is known. */
export interface Relative {
  readonly id: string;
  readonly name: string | undefined;
}

/** All that a page is made from. */
export interface PageFacts {
  readonly sandbox: Sandbox;
  readonly action: ActionKind | undefined;
  readonly lacks: Row['lacks'];
  readonly availability: Availability;
  readonly entries: readonly ObservedTransition[];
  readonly copyOf: Relative | undefined;
  readonly copies: readonly Relative[];
  /** Id of the snapshot it was restored from. */
  readonly restoredFrom: string | undefined;
  readonly bill: readonly Field[];
  /** When public access closes by itself. */
  readonly publicEnd: PublicEnd | undefined;
  readonly nowMs: number;
}

/** Whether the service still lists the sandbox, so that commands for it make sense. */
export function isThere({ availability }: Pick<PageFacts, 'availability'>): boolean {
  return availability.kind === 'current' || availability.kind === 'stale';
}
