import fc from 'fast-check';

/** A random number below a bound. */
type Draw = (below: number) => number;

/** What is put in place of a value. */
const replacements: readonly ((value: unknown, draw: Draw) => unknown)[] = [
  () => null,
  () => '',
  value => (typeof value === 'string' ? value.toUpperCase() : JSON.stringify(value)),
  value => `${JSON.stringify(value)} `,
  value => [value],
  value => ({ value }),
  () => true,
  () => 'true',
  () => -1,
  () => 1e308,
  () => '8080',
  () => Number.MAX_SAFE_INTEGER,
  () => 0.1,
  () => [],
  () => ({}),
  (_value, draw) => nested(draw(2) === 0 ? 40 : 20_000),
  (_value, draw) => 'x'.repeat(1000 * (1 + draw(300))),
  () => '\u0000\u202e\ud800\n<b>',
  (value, draw) => Array.from({ length: Math.min(100 * (1 + draw(20)), roomFor(value)) }, () => value),
  () => Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`k${index}`, index])),
  () => JSON.parse('{"__proto__":{"id":"evil"},"constructor":1,"toString":null}') as unknown,
];

/** How often a value fits into a body of usual length: changes upon changes would make it as long as a disk. */
function roomFor(value: unknown): number {
  return Math.ceil(100_000 / (JSON.stringify(value).length + 1));
}

/** Lists in each other. */
function nested(depth: number): unknown {
  return new Nest(depth);
}

/** Stands for lists in each other, which no serializer can write when they are many. */
class Nest {
  constructor(readonly depth: number) {}

  toJSON(): string {
    return `nest:${this.depth}`;
  }
}

type Slot = readonly [container: Record<string, unknown> | unknown[], key: string];

/** Every place of a body that holds a value. */
function slotsOf(value: unknown, slots: Slot[] = []): Slot[] {
  if (typeof value !== 'object' || value === null || value instanceof Nest) return slots;
  const container = value as Record<string, unknown>;
  for (const key of Object.keys(container).slice(0, 50)) {
    slots.push([container, key]);
    slotsOf(container[key], slots);
  }
  return slots;
}

function camel(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function mutateOnce(root: { body: unknown }, draw: Draw): void {
  const slots = slotsOf(root);
  const [container, key] = slots[draw(slots.length)] ?? [root, 'body'];
  const place = container as Record<string, unknown>;
  const value = place[key];
  switch (draw(6)) {
    case 0:
      if (Array.isArray(container)) container.splice(Number(key), 1);
      else if (key !== 'body') Reflect.deleteProperty(place, key);
      break;
    case 1:
      place[camel(key)] = value;
      break;
    case 2:
      place[key] = fc.sample(fc.jsonValue({ maxDepth: 3 }), { numRuns: 1, seed: draw(1e9) })[0];
      break;
    default:
      place[key] = (replacements[draw(replacements.length)] ?? String)(value, draw);
  }
}

/** Changes a few characters of the text as well, so that it may be no JSON any more. */
function mutateText(text: string, draw: Draw): string {
  const at = draw(text.length + 1);
  switch (draw(12)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + String.fromCharCode(draw(0x10000)) + text.slice(at + 1);
    case 2:
      return text + text;
    case 3:
      return `\uFEFF${text}`;
    case 4:
      return '<html><title>502</title></html>';
    default:
      return text;
  }
}

/** A longer body measures the parser alone. */
const longest = 500_000;

/** The text of a body that was valid before one to four changes. The same seed makes the same text. */
export function mutated(valid: unknown, seed: number): string {
  const draw = generator(seed);
  for (;;) {
    const text = changed(valid, draw);
    if (text.length <= longest) return text;
  }
}

function changed(valid: unknown, draw: Draw): string {
  const root = { body: structuredClone(valid) };
  for (let times = draw(4); times >= 0; times -= 1) mutateOnce(root, draw);
  const text = JSON.stringify(root.body);
  let deepest = 3;
  const deep = text.replace(/"nest:(\d+)"/g, (_, depth: string) => {
    deepest -= 1;
    const levels = Math.min(Number(depth), longest / 2);
    return deepest < 0 ? '[]' : '['.repeat(levels) + ']'.repeat(levels);
  });
  return mutateText(deep, draw);
}

/** Numbers that look random: mulberry32. */
function generator(seed: number): Draw {
  let state = seed | 0;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, Math.trunc(below));
  };
}
