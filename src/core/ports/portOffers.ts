/** Offers of one sandbox, and of all, in one window: a program may print any number of addresses. */
const mostOfOne = 5;
const mostOfAll = 20;

/** Decides which ports are offered to be forwarded: each once, and a bounded number. */
export class PortOffers {
  private readonly offered = new Map<string, Set<number>>();
  private count = 0;

  /** Whether to offer a port now; false from then on. */
  admit(sandboxId: string, port: number): boolean {
    const ports = this.offered.get(sandboxId) ?? new Set();
    if (this.count >= mostOfAll || ports.size >= mostOfOne || ports.has(port)) return false;
    this.offered.set(sandboxId, ports.add(port));
    this.count += 1;
    return true;
  }
}
