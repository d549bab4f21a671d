import type { Attack } from '../attack';
import { fileAttacks } from './files';
import { frameAttacks } from './frames';
import { listAttacks } from './lists';
import { listingAttacks } from './listing';
import { streamAttacks } from './streams';
import { tabAttacks } from './tabs';

/** All attacks, in the order in which they are tried. */
export const attacks: readonly Attack[] = [
  ...listingAttacks,
  ...frameAttacks,
  ...streamAttacks,
  ...fileAttacks,
  ...listAttacks,
  ...tabAttacks,
];
