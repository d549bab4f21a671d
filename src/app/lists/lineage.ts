import type { Memento } from 'vscode';
import { Lineage } from '../../core/sandbox/origins';

const lineageKey = 'tensorlake.lineage';

/** What is known, in this workspace, of which sandbox was restored from which snapshot. */
export function lineageOf(memento: Memento): Lineage {
  return new Lineage(memento.get(lineageKey), pairs => void memento.update(lineageKey, pairs));
}
