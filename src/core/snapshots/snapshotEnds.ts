import type { Row } from '../list/rows';
import type { PanelChange } from '../list/store';
import { hasSilentEnd } from '../sandbox/sandbox';
import type { SandboxSnapshot } from './snapshot';

/** How long after it began a snapshot may end its sandbox, where the time of the end is known. */
const longestMs = 60 * 60_000;

/** Whether a sandbox was seen to go from being snapshotted to its end, about which nothing is said. */
export function isEndSeen({ previous, current }: PanelChange): boolean {
  if (previous.rows === current.rows) return false;
  for (const [id, { sandbox }] of previous.rows)
    if (sandbox.state === 'snapshotting' && current.rows.get(id)?.sandbox.isEndedBySnapshot) return true;
  return false;
}

/** Ids of the sandboxes that ended without a word about why, and of which there is a snapshot that explains it. */
export function endsBySnapshot(
  rows: ReadonlyMap<string, Row>,
  snapshots: Iterable<SandboxSnapshot>,
): readonly string[] {
  const ids = new Set<string>();
  for (const { sandboxId, createdAtMs = Infinity } of snapshots) {
    const sandbox = sandboxId === undefined ? undefined : rows.get(sandboxId)?.sandbox;
    if (!sandbox || sandbox.isEndedBySnapshot || !hasSilentEnd(sandbox)) continue;
    const { terminatedAtMs } = sandbox;
    if (terminatedAtMs === undefined || terminatedAtMs - createdAtMs <= longestMs) ids.add(sandbox.id);
  }
  return [...ids];
}
