import { PageMemory } from '../../src/api/control/pageMemory';
import { readSandboxRows } from '../../src/api/control/sandboxes/sandboxSchema';
import { parseAnswer } from '../../src/api/http/bodies/longJson';
import { countByState } from '../../src/core/list/counts';
import { groupRows } from '../../src/core/list/groups';
import { reconcile, type DrawnTree } from '../../src/core/list/reconcile';
import type { Sandbox } from '../../src/core/sandbox/sandbox';
import { knownStates } from '../../src/core/sandbox/state';
import type { Row } from '../../src/core/list/rows';
import { SandboxStore } from '../../src/core/list/store';

/*
 * What 10,000 sandboxes cost the window, as medians in milliseconds. A poll whose pages equal the last ones may cost
 * 10, from JSON texts to the store. Run: npx tsx test/bench/core.ts
 */

const count = 10_000;
const runs = 31;
/** Runs before the measured ones, for the JIT compiler. */
const warmUps = 10;
const budgetMs = 10;

const wireRows = Array.from({ length: count }, (_, index) => ({
  id: index.toString(36).padStart(21, '0'),
  ...(index % 4 !== 0 && { name: `agent-${(index * 7919) % count}` }),
  namespace: 'default',
  status: knownStates[index % knownStates.length],
  image: 'tensorlake/ubuntu-minimal',
  resources: { cpus: 2, memory_mb: 4096, ephemeral_disk_mb: 10_240, gpus: [] },
  timeout_secs: 600,
  created_at: 1_772_600_000_000 + ((index * 7919) % count) * 60_000,
  terminated_at: null,
  pending_reason: null,
  outcome: null,
  termination_reason: null,
  entrypoint: ['sleep', 'infinity'],
  network_policy: { allow_internet_access: true, allow_out: [], deny_out: [] },
  exposed_ports: [8080],
  allow_unauthenticated_access: false,
  container_id: `container-${index}`,
  executor_id: `executor-${index % 50}`,
  sandbox_url: `https://${index}.sandbox.example`,
  file_systems: [],
}));
const rowsAPage = 100;
const body = JSON.stringify(wireRows);

async function main(): Promise<void> {
  const store = new SandboxStore();
  let now = 0;
  const apply = (sandboxes: readonly Sandbox[]): void => {
    now += 15_000;
    store.applyListing(sandboxes, now, now, 0);
  };
  apply(await read());
  const { rows } = store.current;
  const anew = await measure('unchanged poll, rows parsed anew and compared', texts, async pages =>
    apply(await readAll(pages)),
  );
  await measure('  of that, applyListing', read, apply);
  const memory = new PageMemory<readonly Sandbox[]>();
  const recalled = async (pages: readonly string[]): Promise<readonly Sandbox[]> => {
    const sandboxes: Sandbox[] = [];
    for (const [page, text] of pages.entries())
      sandboxes.push(...(await memory.recall(page === 0 ? '' : String(page), text, readRows)));
    return sandboxes;
  };
  apply(await recalled(texts()));
  const unchanged = await measure('unchanged poll, pages known by their texts', texts, async pages =>
    apply(await recalled(pages)),
  );
  console.log(`  ${(unchanged / anew).toFixed(4)} of the former`);
  const { rows: sameRows } = store.current;
  if (sameRows !== rows) throw new Error('The listing was not unchanged');
  const all = () => [...rows.values()];
  await measure('groupRows', all, groupRows);
  await measure('countByState', all, countByState);
  const tree = drawn(all());
  await measure(
    'reconcile, equal trees',
    () => drawn(all()),
    next => reconcile(tree, next),
  );
  const [first] = rows.keys();
  await measure(
    'reconcile, one changed row',
    () => drawn(all(), first),
    next => reconcile(tree, next),
  );
  if (unchanged > budgetMs) process.exitCode = 1;
}

/** Sandboxes as a poll returns them: equal to the last ones, but new objects. */
function read(): Promise<readonly Sandbox[]> {
  return readRows(body);
}

/** Pages as a poll returns them, as separate strings. */
function texts(): readonly string[] {
  return Array.from({ length: count / rowsAPage }, (_, page) =>
    JSON.stringify(wireRows.slice(page * rowsAPage, (page + 1) * rowsAPage)),
  );
}

async function readAll(pages: readonly string[]): Promise<readonly Sandbox[]> {
  const sandboxes: Sandbox[] = [];
  for (const page of pages) sandboxes.push(...(await readRows(page)));
  return sandboxes;
}

async function readRows(text: string): Promise<readonly Sandbox[]> {
  const parsed = await parseAnswer(text);
  return Array.isArray(parsed) ? (await readSandboxRows(parsed)).sandboxes : [];
}

function drawn(rows: readonly Row[], changedId?: string): DrawnTree {
  const groups = groupRows(rows).map(group => ({
    id: group.id,
    renderKey: `${group.rawState} ${group.rows.length}`,
    rowIds: group.rows.map(row => row.sandbox.id),
  }));
  const renderKey = ({ id, name = id, rawState }: Sandbox): string =>
    [name, rawState, id === changedId ? 'changed' : ''].join('\n');
  return { groups, rowKeys: new Map(rows.map(({ sandbox }) => [sandbox.id, renderKey(sandbox)])) };
}

/** Prints and returns the median time of `work`. Each run gets fresh input, whose preparation is not measured. */
async function measure<T>(
  name: string,
  prepare: () => T | Promise<T>,
  work: (input: T) => unknown,
): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < warmUps + runs; run += 1) {
    const input = await prepare();
    const begun = performance.now();
    await work(input);
    if (run >= warmUps) times.push(performance.now() - begun);
  }
  const median = times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? NaN;
  console.log(`${name}: ${median.toFixed(2)} ms`);
  return median;
}

void main();
