import assert from 'node:assert/strict';
import { Sandbox } from 'tensorlake';
import { contract, eventually } from '../support';

describe('SDK contract: lists', () => {
  const sdk = contract({ timings: { archive: 0 } });

  it('hold what there is', async () => {
    const { client, at } = sdk();
    assert.deepEqual([...(await client.list())], []);
    const one = await sdk().create({ name: 'one' });
    const two = await sdk().create();
    const listed = await Sandbox.list(at);
    assert.deepEqual(
      new Map(listed.map(({ sandboxId, name }) => [sandboxId, name])),
      new Map([
        [one.sandboxId, 'one'],
        [two.sandboxId, undefined],
      ]),
    );
    await one.terminate();
    await two.terminate();
  });

  it('of the archive come in pages, forwards and backwards', async () => {
    const { client } = sdk();
    const boxes = await Promise.all(Array.from({ length: 5 }, () => sdk().create()));
    for (const box of boxes) await box.terminate();
    const all = await eventually(
      () => client.listArchived(),
      ({ sandboxes }) => sandboxes.length === 7,
    );
    assert.ok(!all.prevCursor && !all.nextCursor);
    const ids = all.sandboxes.map(({ sandboxId }) => sandboxId);

    const seen: string[] = [];
    let page = await client.listArchived({ limit: 3 });
    assert.ok(!page.prevCursor);
    const first = page;
    for (;;) {
      seen.push(...page.sandboxes.map(({ sandboxId }) => sandboxId));
      if (!page.nextCursor) break;
      page = await client.listArchived({ limit: 3, cursor: page.nextCursor });
      assert.ok(page.prevCursor);
    }
    assert.deepEqual(seen, ids);

    assert.ok(first.nextCursor);
    const second = await client.listArchived({ limit: 3, cursor: first.nextCursor });
    assert.ok(second.prevCursor);
    const back = await client.listArchived({ limit: 3, cursor: second.prevCursor, direction: 'backward' });
    assert.deepEqual(back.sandboxes.map(({ sandboxId }) => sandboxId).toSorted(), ids.slice(0, 3).toSorted());
  });
});

describe('SDK contract: lists of more than one page', () => {
  const sdk = contract({ sandboxes: 130 });

  it('are read by the SDK as far as their first page', async () => {
    const listed = await sdk().client.list();
    assert.equal(listed.length, 100);
    assert.equal(new Set(listed.map(({ sandboxId }) => sandboxId)).size, 100);
  });
});
