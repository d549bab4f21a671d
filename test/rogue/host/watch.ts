import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { commands } from 'vscode';

const sampleMs = 10;
/** From the answer to a click to the next one. */
const betweenClicksMs = 100;
const mebibyte = 1024 * 1024;
/** Garbage is collected where more than the bound less this is in use, to see how much of it is no garbage. */
const doubtMiB = 10;
/** Collections take no more than this part of the time: otherwise nothing else would happen. */
const collectionShare = 0.2;

/** What this process went through. */
export interface Strain {
  /** The longest time that nothing else could happen, in milliseconds. */
  readonly longestPauseMs: number;
  /** The same, and of it no more than this process had the processor: other processes may take the machine. */
  readonly longestTurnMs: number;
  /** The slowest of the clicks meanwhile: commands that go to the window and back, each after the one before. */
  readonly slowestClickMs: number;
  /** Half of them took no longer. */
  readonly usualClickMs: number;
  /** By how much the memory in use grew at most, in MiB. Garbage counts as long as there is less than the bound of it. */
  readonly peakMiB: number;
  /** By how much it has grown, in MiB, garbage collected. */
  readonly keptMiB: number;
}

/** Observes the extension host from its construction until `end`. */
export class Watch {
  private readonly startBytes = collected();
  private readonly doubtfulBytes: number;
  private collectedAt = -Infinity;
  private collectionMs = 0;
  private allCollectionsMs = 0;
  private peakBytes = this.startBytes;
  private longestPauseMs = 0;
  private longestTurnMs = 0;
  private readonly clicks: number[] = [];
  private readonly clicking: Promise<void>;
  private isOver = false;
  private lookedAt = performance.now();
  private usedAt = process.cpuUsage();
  private readonly timer = setInterval(() => this.look(), sampleMs);

  /** @param roomMiB how much memory is let in */
  constructor(roomMiB: number) {
    this.doubtfulBytes = this.startBytes + (roomMiB - doubtMiB) * mebibyte;
    this.clicking = this.click();
  }

  async end(): Promise<Strain> {
    this.isOver = true;
    this.look();
    clearInterval(this.timer);
    const { longestPauseMs, longestTurnMs, clicks } = this;
    // One that has no answer yet is the slowest.
    await this.clicking;
    const sorted = clicks.toSorted((one, other) => one - other);
    const mib = (bytes: number): number => Math.round((bytes - this.startBytes) / mebibyte);
    return {
      longestPauseMs: Math.round(longestPauseMs),
      longestTurnMs: Math.round(longestTurnMs),
      slowestClickMs: Math.round(sorted.at(-1) ?? 0),
      usualClickMs: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
      peakMiB: mib(this.peakBytes),
      keptMiB: mib(collected()),
    };
  }

  private look(): void {
    const pauseMs = performance.now() - this.lookedAt - sampleMs;
    const { user, system } = process.cpuUsage(this.usedAt);
    this.longestPauseMs = Math.max(this.longestPauseMs, pauseMs);
    this.longestTurnMs = Math.max(this.longestTurnMs, Math.min(pauseMs, (user + system) / 1_000));
    const used = usedBytes();
    // Garbage goes as soon as the memory is needed, and is no harm done by the server.
    if (used <= this.doubtfulBytes) this.peakBytes = Math.max(this.peakBytes, used);
    else if (performance.now() - this.collectedAt > this.collectionMs / collectionShare) this.collect();
    // The collection is no pause of the extension.
    this.lookedAt = performance.now();
    this.usedAt = process.cpuUsage();
  }

  private collect(): void {
    const startedAt = performance.now();
    this.peakBytes = Math.max(this.peakBytes, collected());
    this.collectedAt = performance.now();
    this.collectionMs = this.collectedAt - startedAt;
    this.allCollectionsMs += this.collectionMs;
  }

  private async click(): Promise<void> {
    do {
      const started = performance.now() - this.allCollectionsMs;
      await commands.executeCommand('setContext', 'rogue.clicked', true);
      // Nor does the extension collect while a click waits.
      this.clicks.push(performance.now() - this.allCollectionsMs - started);
      await pause(betweenClicksMs);
    } while (!this.isOver);
  }
}

function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function collected(): number {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  gc();
  return usedBytes();
}
