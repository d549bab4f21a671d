import { Agent, request } from 'node:http';
import { once } from 'node:events';
import { benchKey, emulatorArgs, emulatorMark, startServer } from './serverProcess';

/*
 * How many pages of 100 sandboxes per second the emulator serves with 10,000 of them, and how long it takes to start.
 * The server is a separate process. Run: npx tsx test/bench/emulatorList.ts
 */

const seconds = 5;
const connections = 8;
const wanted = 500;

async function main(): Promise<void> {
  const begun = performance.now();
  const { child, url } = await startServer(emulatorArgs('--sandboxes', '10000'), emulatorMark);
  try {
    console.log(`start: ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
    const { sandboxes, pages } = await walk(url);
    console.log(`paging: ${sandboxes} sandboxes on ${pages} pages`);
    await measure(url, 1);
    const rate = await measure(url, seconds);
    console.log(`list, limit=100: ${Math.round(rate)} requests/s over ${connections} connections`);
    if (rate < wanted) process.exitCode = 1;
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

async function walk(url: string): Promise<{ readonly sandboxes: number; readonly pages: number }> {
  const ids = new Set<string>();
  let pages = 0;
  for (let cursor: string | undefined = ''; cursor !== undefined; pages += 1) {
    const answer = await fetch(`${url}/sandboxes?limit=100${cursor}`, { headers });
    const text = await answer.text();
    for (const [, id = ''] of text.matchAll(/"id":"([0-9a-z]{21})"/g)) ids.add(id);
    const next = /"next_cursor":"([^"]+)"/.exec(text)?.[1];
    cursor = next === undefined ? undefined : `&cursor=${encodeURIComponent(next)}`;
  }
  return { sandboxes: ids.size, pages };
}

const headers = { authorization: `Bearer ${benchKey}` };

/** Requests per second; each connection sends the next one as soon as it has a response. */
async function measure(url: string, durationSecs: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const begun = performance.now();
  const end = begun + durationSecs * 1_000;
  let done = 0;
  const ask = async (): Promise<void> => {
    while (performance.now() < end) {
      const sent = request(`${url}/sandboxes?limit=100`, { agent, headers }).end();
      await new Promise((resolve, reject) => {
        sent.on('error', reject).on('response', answer => answer.resume().on('end', resolve));
      });
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, ask));
  agent.destroy();
  return (done * 1_000) / (performance.now() - begun);
}

void main();
