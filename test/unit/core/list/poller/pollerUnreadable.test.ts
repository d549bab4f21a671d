import assert from 'node:assert/strict';
import { sandbox } from '../../../../support/sandboxBuilder';
import { ids, started, statusOf } from './pollerSession';

describe('Poller', () => {
  describe('a listing with rows that cannot be read', () => {
    it('keeps a good list when none of the rows can be read, however many pages they fill', async () => {
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

    it('takes a list of which something can be read, though the last page is all unreadable', async () => {
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
