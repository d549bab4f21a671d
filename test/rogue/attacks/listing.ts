import type { Attack } from '../attack';
import type { RogueRequest } from '../server/request';
import { row, sandboxId } from '../server/world';

const list = /^GET \/sandboxes$/;
const deed = 'refresh';

/** An id of the right shape. */
function idOf(number: number): string {
  return `rogue${String(number).padStart(16, '0')}`;
}

/** `[[[…]]]`, as text: nothing that builds it from values gets so deep. */
function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

/** A row with all that the service says of a sandbox. */
function fullRow(request: RogueRequest, number: number): object {
  return row(request, {
    id: idOf(number % 100_000),
    name: `let-in-${number}`,
    image: 'tensorlake/ubuntu-minimal',
    resources: { cpus: 2, memory_mb: 4096, ephemeral_disk_mb: 10_240, gpus: [] },
    terminated_at: null,
    pending_reason: null,
    outcome: null,
    termination_reason: null,
    error_details: null,
    entrypoint: [],
    secret_names: [],
    network_policy: { allow_internet_access: true, allow_out: [], deny_out: [] },
    exposed_ports: [8080],
    allow_unauthenticated_access: false,
    pool_id: null,
    template_id: null,
    container_id: `container-${number}`,
    executor_id: `executor-${number % 50}`,
    ingress_endpoint: null,
    file_systems: [],
    runtime: 'firecracker',
  });
}

/** A listing with its rows written by hand. */
function listing(rows: readonly string[]): string {
  return `{"sandboxes":[${rows.join(',')}],"next_cursor":null}`;
}

const jsonType = ['Content-Type: application/json'];

/** What a server can do to the list of sandboxes. */
export const listingAttacks: readonly Attack[] = [
  {
    name: 'cursors-without-end',
    what: 'names another page for ever',
    deed,
    mostPages: 2_000,
    meets: list,
    answer: (request, reply, count) =>
      reply.json({ sandboxes: [row(request, { id: idOf(count) })], next_cursor: `page-${count}` }),
  },
  {
    name: 'pages-of-the-same',
    what: 'names the same page for ever',
    deed,
    meets: list,
    answer: (request, reply) => reply.json({ sandboxes: [row(request)], next_cursor: 'again' }),
  },
  {
    name: 'rows-of-a-page',
    what: 'puts 150,000 rows on a page',
    deed,
    meets: list,
    answer: (request, reply) =>
      reply.json({
        sandboxes: Array.from({ length: 150_000 }, (_, number) => ({ id: idOf(number), status: 'running' })),
        next_cursor: null,
        target: row(request),
      }),
  },
  {
    name: 'rows-let-in',
    what: 'lists as many sandboxes as are let in',
    deed,
    rowsLetIn: 100_000,
    mostPages: 200,
    meets: list,
    answer: (request, reply, count) =>
      reply.json({
        sandboxes: Array.from({ length: 1_000 }, (_, index) => fullRow(request, 1_000 * count + index)),
        next_cursor: count % 100 === 99 ? null : `page-${count + 1}`,
      }),
  },
  {
    name: 'rows-beyond',
    what: 'lists more sandboxes than are let in',
    deed,
    rowsLetIn: 100_000,
    mostPages: 200,
    meets: list,
    answer: (request, reply, count) =>
      reply.json({
        sandboxes: Array.from({ length: 1_000 }, (_, index) => fullRow(request, 1_000 * count + index)),
        next_cursor: `page-${count + 1}`,
      }),
  },
  {
    name: 'deep-row',
    what: 'nests a member of one row 100,000 levels deep',
    deed,
    meets: list,
    answer: (request, reply) =>
      reply.text(
        listing([
          JSON.stringify(row(request)),
          `{"id":"${idOf(1)}","status":"running","network_policy":${nested(100_000)}}`,
        ]),
        200,
        jsonType,
      ),
  },
  {
    name: 'long-texts',
    what: 'gives every text of a row a million characters',
    deed,
    meets: list,
    answer: (request, reply) => {
      const long = '\u202e[x](command:y)$(sync~spin)'.repeat(40_000);
      reply.json({
        sandboxes: [
          row(request),
          row(request, {
            id: idOf(1),
            name: long,
            image: long,
            pending_reason: long,
            error_details: { message: long },
          }),
        ],
        next_cursor: null,
      });
    },
  },
  {
    name: 'many-ports',
    what: 'exposes 60,000 ports of a sandbox',
    deed,
    meets: list,
    answer: (request, reply) =>
      reply.json({
        sandboxes: [row(request, { exposed_ports: Array.from({ length: 60_000 }, (_, port) => port + 1) })],
        next_cursor: null,
      }),
  },
  {
    name: 'flipping-states',
    what: 'changes the state of each sandbox at each look',
    deed,
    isLasting: true,
    meets: /^GET \/sandboxes/,
    answer: (request, reply, count) => {
      const status = ['pending', 'running', 'suspending', 'suspended', 'snapshotting'][count % 5];
      const rows = Array.from({ length: 8 }, (_, number) =>
        row(request, { id: idOf(number), name: `flips-${number}`, status }),
      );
      const asked = request.path.split('/')[2];
      if (asked === undefined) reply.json({ sandboxes: rows, next_cursor: null });
      else reply.json(row(request, { id: asked, status }));
    },
  },
  {
    name: 'another-id',
    what: 'answers each look at a sandbox with another one',
    deed,
    isLasting: true,
    meets: /^GET \/sandboxes/,
    answer: (request, reply, count) => {
      if (request.path === '/sandboxes') {
        reply.json({ sandboxes: [row(request, { status: 'pending' })], next_cursor: null });
      } else reply.json(row(request, { id: idOf(count), name: `phantom-${count}`, status: 'pending' }));
    },
  },
  {
    name: 'endless-body',
    what: 'never ends an answer',
    deed,
    meets: list,
    answer: async (_, reply) => {
      reply.head(200, jsonType);
      await reply.write('{"sandboxes":[');
      await reply.flood('{"id":"x"},'.repeat(6_000));
    },
  },
  {
    name: 'endless-head',
    what: 'never ends the head of an answer',
    deed,
    meets: list,
    answer: async (_, reply) => {
      await reply.write('HTTP/1.1 200 Rogue\r\n');
      await reply.flood(`X-Long: ${'y'.repeat(1_000)}\r\n`);
    },
  },
  {
    name: 'early-hints',
    what: 'sends interim answers for ever',
    deed,
    meets: list,
    answer: async (_, reply) =>
      await reply.flood('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(100)),
  },
  {
    name: 'bytes-one-by-one',
    what: 'sends an answer in chunks of one byte',
    deed,
    meets: list,
    answer: async (request, reply) => {
      reply.head(200, [...jsonType, 'Transfer-Encoding: chunked']);
      const body = JSON.stringify({
        sandboxes: Array.from({ length: 500 }, () => row(request)),
        next_cursor: null,
      });
      await reply.write(`${Array.from(body, char => `1\r\n${char}\r\n`).join('')}0\r\n\r\n`);
    },
  },
  {
    name: 'redirects',
    what: 'redirects to itself for ever',
    deed,
    meets: list,
    answer: (_, reply, count) => reply.text('', 302, [`Location: /sandboxes?hop=${count}`]),
  },
  {
    name: 'retry-soon',
    what: 'asks to try again at once, always',
    deed,
    isLasting: true,
    meets: list,
    answer: (_, reply) => reply.json({ message: 'busy' }, 429, ['Retry-After: 0', 'Retry-After: -5']),
  },
  {
    name: 'retry-never',
    what: 'asks to try again in a thousand years',
    deed,
    meets: list,
    answer: (_, reply) => reply.json({ message: 'busy' }, 503, ['Retry-After: 31536000000']),
  },
  {
    name: 'no-answer',
    what: 'hangs up without an answer',
    deed,
    isLasting: true,
    meets: list,
    answer: (_, reply) => reply.end(),
  },
  {
    name: 'prototype',
    what: 'names members like those that all objects have',
    deed,
    meets: list,
    answer: (request, reply) =>
      reply.text(
        listing([
          JSON.stringify(row(request)),
          `{"__proto__":{"id":"${sandboxId}","polluted":true},"constructor":1,"toString":null,"id":"${idOf(2)}","status":"running"}`,
        ]),
        200,
        jsonType,
      ),
  },
];
