import { once } from 'node:events';
import { UndiciTransport } from '../../src/api/http/undiciTransport';
import { ActivityLog, activityLogLimit } from '../../src/core/activity/activityLog';
import { Poller } from '../../src/core/list/polling/poller';
import { SandboxStore } from '../../src/core/list/store';
import { systemClock } from '../../src/host/editor/clock';
import { sandboxesOf } from './controlPlane';
import { emulatorArgs, emulatorMark, startServer } from './serverProcess';

/*
 * Memory growth over 10,000 polls: listings of an emulator with 50 sandboxes, one of which is repeatedly suspended and
 * resumed. The budget is no growth. Run: npx tsx --expose-gc test/bench/heap.ts
 */

const polls = 10_000;
const samples = 10;
/** Polls between two changes. */
const changeEvery = 4;
/** Growth from the first half to the second that fails the benchmark: less than a page of the listing. */
const mostGrowthKb = 100;

async function main(): Promise<void> {
  const { child, url } = await startServer(
    emulatorArgs('--sandboxes', '50', '--speed', '1000'),
    emulatorMark,
  );
  const transport = new UndiciTransport({ network: () => ({ strictSsl: true }) });
  const sandboxes = sandboxesOf(transport, url);
  const store = new SandboxStore();
  const activityLog = new ActivityLog(store, systemClock);
  store.reset({ kind: 'loading' });
  const poller = new Poller({
    source: sandboxes.withoutRetries(),
    store,
    clock: systemClock,
    conditions: { focused: true, visible: true, intervalMs: 0 },
    random: Math.random,
  });
  try {
    const never = new AbortController().signal;
    await sandboxes.create({ name: 'restless', resources: { cpus: 1, memoryMb: 1_024 } }, never);
    const heap: number[] = [];
    let changes = 0;
    const run = async (count: number): Promise<void> => {
      for (let poll = 0; poll < count; poll += 1) {
        await poller.refresh();
        if (poll % changeEvery !== 0) continue;
        const { state } = await sandboxes.get('restless', never);
        if (state === 'running') await sandboxes.suspend('restless', never);
        else if (state === 'suspended') await sandboxes.resume('restless', never);
        changes += 1;
      }
      if (store.current.status.kind !== 'fresh') throw new Error('A listing failed');
    };
    // Until the activity log is full and drops old entries.
    while (activityLog.entries().length < activityLogLimit) await run(samples);
    for (let sample = 0; sample < samples; sample += 1) {
      await run(polls / samples);
      heap.push(heapKb());
    }
    const growth = mean(heap.slice(samples / 2)) - mean(heap.slice(0, samples / 2));
    console.log(
      `heap after each ${polls / samples} polls with ${changes} changes: ${heap.map(Math.round).join(', ')} KB; growth ${Math.round(growth)} KB`,
    );
    if (growth > mostGrowthKb) process.exitCode = 1;
  } finally {
    poller.dispose();
    activityLog.dispose();
    transport.dispose();
    child.kill();
    await once(child, 'exit');
  }
}

function heapKb(): number {
  if (!gc) throw new Error('Run it with --expose-gc');
  gc();
  return process.memoryUsage().heapUsed / 1024;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0) / numbers.length;
}

void main();
