import { ApiError } from '../../../core/kernel/errors';

/** How much more than was told arrives before the user is asked, and then before each further question. */
const askEveryBytes = 1024 ** 3;

/**
 * Lets what the user agreed to go on, and asks at each further gigabyte: a sandbox can send without end, and fill the
 * disk of this machine.
 */
export class SizeGate {
  private taken = 0;
  private allowed: number;

  /**
   * @param told how many bytes the user was told; 0 when it is not known
   * @param ask whether to go on, after as many bytes
   */
  constructor(
    private readonly told: number,
    private readonly ask: (taken: number, told: number) => Promise<boolean>,
  ) {
    this.allowed = told + askEveryBytes;
  }

  /** Counts bytes that arrived, or that something else costs. @throws ApiError of kind `cancelled` */
  async take(bytes: number): Promise<void> {
    this.taken += bytes;
    if (this.taken <= this.allowed) return;
    if (!(await this.ask(this.taken, this.told))) throw new ApiError('cancelled', '');
    this.allowed = this.taken + askEveryBytes;
  }
}

/**
 * Passes a file on up to the size that was told, and then ends the exchange.
 *
 * @param told in bytes; undefined when nobody knows
 * @param onDifference called when it was longer or shorter than that
 */
export async function* upToSize(
  source: AsyncIterable<Uint8Array>,
  told: number | undefined,
  gate: SizeGate,
  onDifference: () => void,
): AsyncGenerator<Uint8Array, void> {
  let left = told ?? Infinity;
  for await (const chunk of source) {
    const part = chunk.subarray(0, left);
    left -= part.length;
    await gate.take(part.length);
    if (part.length > 0) yield part;
    if (part.length === chunk.length) continue;
    onDifference();
    return;
  }
  if (told !== undefined && left > 0) onDifference();
}
