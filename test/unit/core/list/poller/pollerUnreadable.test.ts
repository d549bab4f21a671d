import assert from 'node:assert/strict';
import { sandbox } from '../../../../support/sandboxBuilder';
import { ids, started, statusOf } from './pollerSession';

describe('Poller', () => {
  describe('a listing with rows that cannot be read', () => {
    it('keeps the last good list when no row can be read, on any number of pages', async () => {
      const session = await started({ sandboxes: [sandbox({ id: 'a' }), sandbox({ id: 'b' })] });
      for (const pages of [1, 2]) {
        let page = 0;
        session.source.pages = () => ({
          sandboxes: [],
          badRows: 2,
          ...((page += 1) < pages && { nextCursor: String(page) }),
        });
        void session.poller.refresh();
        await session.clock.advance(0);
        assert.deepEqual(ids(session), ['a', 'b']);
        const status = statusOf(session);
        assert.ok(status.kind === 'stale' && status.failure.kind === 'schema', JSON.stringify(status));
      }
    });

    it('applies a list with readable rows, even when the whole last page is unreadable', async () => {
      const session = await started({ sandboxes: [sandbox({ id: 'a' }), sandbox({ id: 'b' })] });
      session.source.pages = ({ cursor }) =>
        cursor === undefined
          ? { sandboxes: [sandbox({ id: 'b' })], badRows: 0, nextCursor: '1' }
          : { sandboxes: [], badRows: 1 };
      void session.poller.refresh();
      await session.clock.advance(0);
      assert.deepEqual(
        [ids(session), statusOf(session).kind, session.store.current.badRows],
        [['b'], 'fresh', 1],
      );
    });
  });
});
