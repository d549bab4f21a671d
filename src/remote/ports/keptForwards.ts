import type { MementoLike } from '../../host/storage/mementos/mementoLike';
import { isMember } from '../../core/kernel/formats/json';
import { openForwardsKey } from '../../manifest';
import { isPort } from './model/port';

/** A forward that is to come back after a reload. Holds no secrets. */
export interface KeptForward {
  /** Address of the service, since sandboxes of two may have the same ids. */
  readonly endpoint: string;
  readonly sandboxId: string;
  readonly remotePort: number;
  readonly localPort: number;
}

/** More are not kept: nobody has as many. */
const mostKept = 100;

/** What is kept of the forwards of this workspace. */
export class KeptForwards {
  /** Those of before the reload that are not open again. */
  private left: readonly KeptForward[];

  constructor(private readonly memento: MementoLike) {
    const stored: unknown = memento.get(openForwardsKey);
    this.left = Array.isArray(stored) ? stored.filter(isKept).slice(0, mostKept) : [];
  }

  /** Those of before the reload that are not open again. */
  leftOf(endpoint: string): readonly KeptForward[] {
    return this.left.filter(each => each.endpoint === endpoint);
  }

  /** Does not offer one any more. */
  drop(kept: KeptForward): void {
    this.left = this.left.filter(each => each !== kept);
  }

  async remember(open: readonly KeptForward[]): Promise<void> {
    const isOpen = ({ sandboxId, remotePort }: KeptForward): boolean =>
      open.some(each => each.sandboxId === sandboxId && each.remotePort === remotePort);
    this.left = this.left.filter(each => !isOpen(each));
    const all = [...open, ...this.left].slice(0, mostKept);
    await this.memento.update(openForwardsKey, all.length === 0 ? undefined : all);
  }
}

function isKept(value: unknown): value is KeptForward {
  return (
    isMember(value, 'endpoint') &&
    typeof value.endpoint === 'string' &&
    isMember(value, 'sandboxId') &&
    typeof value.sandboxId === 'string' &&
    isMember(value, 'remotePort') &&
    isPort(value.remotePort) &&
    isMember(value, 'localPort') &&
    isPort(value.localPort)
  );
}
