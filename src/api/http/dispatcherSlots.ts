/** Slots that copies of undici share process-wide; version 7 claims the first two (`undici/lib/global.js`). */
const slots = [1, 2, 3].map(version => Symbol.for(`undici.globalDispatcher.${version}`));
const [firstSlot] = slots;

/**
 * Runs `load`, which evaluates a copy of undici, so that the runtime's own `fetch` does not notice.
 *
 * undici claims the slots while it is evaluated unless one is taken, and claims them for good: the properties are
 * not configurable. A placeholder would avoid that but breaks a `fetch` that another extension starts meanwhile. So
 * the runtime goes first: reading `Response` makes it load its own copy and claim its slot, as its first `fetch`
 * would. What is claimed beyond that is put back.
 */
export async function keepingDispatcherSlots<T>(load: () => Promise<T>): Promise<T> {
  if (firstSlot !== undefined && read(firstSlot) === undefined) Reflect.get(globalThis, 'Response');
  const before = slots.map(slot => ({ slot, existed: Object.hasOwn(globalThis, slot), value: read(slot) }));
  try {
    return await load();
  } finally {
    for (const { slot, existed, value } of before) {
      if (read(slot) === value) continue;
      const isGone = !existed && Reflect.deleteProperty(globalThis, slot);
      if (!isGone) Reflect.set(globalThis, slot, value);
    }
  }
}

function read(slot: symbol): unknown {
  return Reflect.get(globalThis, slot);
}
