import type { Reply } from '../http/reply';

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Changes every object of an answer, the innermost first. Answers without JSON stay as they are. */
function eachObject(change: (object: Json) => Json): (reply: Reply) => Reply {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    return change(Object.fromEntries(Object.entries(value).map(([key, member]) => [key, walk(member)])));
  };
  return reply => (reply.text === undefined ? { ...reply, body: walk(reply.body) } : reply);
}

/** Changes every member by its name. */
function eachMember(
  change: (key: string, value: unknown) => readonly (readonly [string, unknown])[],
): (reply: Reply) => Reply {
  return eachObject(object =>
    Object.fromEntries(Object.entries(object).flatMap(([key, value]) => change(key, value))),
  );
}

/** Gives one member another name. */
export function rename(from: string, to: string): (reply: Reply) => Reply {
  return eachObject(object => renamed(object, from, to));
}

/** Whether it is a sandbox in the answer of create, get or list. */
function isSandbox(object: Json): boolean {
  return 'sandbox_id' in object ? 'status' in object : 'timeout_secs' in object && 'status' in object;
}

/** Leaves out what the first servers did not have: name and addresses (API reference appendix B). */
export const bare = eachObject(object => {
  if (!isSandbox(object)) return object;
  const omitted = new Set(['name', 'sandbox_url', 'ingress_endpoint', 'routing_hint']);
  return Object.fromEntries(Object.entries(object).filter(([key]) => !omitted.has(key)));
});

/** Gives sandboxes `state` in place of `status`. */
export const otherStatus = eachObject(object =>
  isSandbox(object) ? renamed(object, 'status', 'state') : object,
);

/** Gives ids the names that parsers have to accept as well (API reference appendix A). */
export const otherIds = eachObject(object => {
  if (isSandbox(object)) return renamed(object, 'id', 'sandbox_id');
  if ('snapshot_type' in object) return renamed(object, 'id', 'snapshot_id');
  return 'warm_containers' in object ? renamed(object, 'pool_id', 'id') : object;
});

function renamed(object: Json, from: string, to: string): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key === from ? to : key, value]));
}

export function withState(state: string): (reply: Reply) => Reply {
  return eachObject(object => (isSandbox(object) ? { ...object, status: state } : object));
}

const rows: Readonly<Record<string, unknown>> = {
  null: null,
  text: 'garbage',
  number: 17,
  empty: {},
  types: { id: 17, sandbox_id: [], status: {}, created_at: 'yesterday', resources: 'none' },
};

export const garbageKinds = ['null', 'text', 'number', 'empty', 'types'] as const;

/** Inserts a garbage row after the first one of every list. */
export function withGarbage(kind: (typeof garbageKinds)[number]): (reply: Reply) => Reply {
  return reply => {
    if (!isObject(reply.body) || reply.status !== 200) return reply;
    const members = Object.entries(reply.body).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.toSpliced(1, 0, rows[kind]) : value,
    ]);
    return { ...reply, body: Object.fromEntries(members) };
  };
}

/** Writes members in camelCase, in place of or besides the usual spelling. */
export function camelCase(keep: boolean): (reply: Reply) => Reply {
  return eachMember((key, value) => {
    const camel = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const names = keep && camel !== key ? [key, camel] : [camel];
    return names.map(name => [name, value] as const);
  });
}

const timeKey = /(_at|At)$/;
const instantKey = /(_at|At|_ms|^timestamp|^firstSeen|^lastSeen)$/;

export const timeUnits = ['s', 'us', 'ns', 'iso'] as const;

/** Writes times in another unit; the usual one is milliseconds. */
export function timesIn(unit: (typeof timeUnits)[number]): (reply: Reply) => Reply {
  const convert = (ms: number): unknown =>
    ({ s: Math.floor(ms / 1e3), us: ms * 1e3, ns: ms * 1e6, iso: new Date(ms).toISOString() })[unit];
  return eachMember((key, value) => [
    [key, timeKey.test(key) && typeof value === 'number' ? convert(value) : value],
  ]);
}

/** Moves every instant of an answer. */
export function shifted(ms: number): (reply: Reply) => Reply {
  return eachMember((key, value) => {
    if (!instantKey.test(key)) return [[key, value]];
    if (typeof value === 'number') return [[key, value + ms]];
    const at = typeof value === 'string' ? Date.parse(value) : NaN;
    return [[key, Number.isNaN(at) ? value : new Date(at + ms).toISOString()]];
  });
}

/** Turns JSON errors into the bare message, as the open-source server sends them (API reference section 2.1). */
export function plainErrors(reply: Reply): Reply {
  if (reply.status < 400 || !isObject(reply.body)) return reply;
  const { message, error } = reply.body;
  const text = [message, error].find(value => typeof value === 'string');
  return text === undefined ? reply : textReply(reply.status, text);
}

export function textReply(status: number, text: string): Reply {
  return { status, body: undefined, text, headers: { 'content-type': 'text/plain; charset=utf-8' } };
}
