import assert from 'node:assert/strict';
import { extensions, ViewColumn, window } from 'vscode';
import { ActivityLog } from '../../../src/core/activity/activityLog';
import { SandboxStore } from '../../../src/core/list/store';
import { Origins } from '../../../src/core/sandbox/origins';
import { systemClock } from '../../../src/host/editor/clock';
import { BillingStore } from '../../../src/host/storage/billingSettings';
import { PublicDeadlines } from '../../../src/host/storage/publicDeadlines';
import { DetailsPage } from '../../../src/webview/details/detailsPage';
import { FakeMemento } from '../../support/storage/fakeMemento';
import { sandbox } from '../../support/sandboxBuilder';
import { waitFor } from '../../support/waitFor';

const mine = sandbox({ id: 'mine' });
const other = sandbox({ id: 'other' });

describe('the page of a sandbox', () => {
  it('calls none gone because another account is in use, and tells when it is', async () => {
    const store = new SandboxStore();
    let atMs = 0;
    const list = (...sandboxes: readonly (typeof mine)[]): void => {
      atMs += 1000;
      store.applyListing(sandboxes, atMs, atMs, 0);
    };
    store.reset({ kind: 'loading' });
    list(mine);
    const extension = extensions.getExtension('tensorlake-sandboxes.tensorlake-sandboxes');
    assert.ok(extension);
    const panel = window.createWebviewPanel('test.details', 'mine', ViewColumn.Active);
    const sent: string[] = [];
    const { webview } = panel;
    const post = webview.postMessage.bind(webview);
    webview.postMessage = (message: unknown) => {
      sent.push(JSON.stringify(message));
      return post(message);
    };
    const page = new DetailsPage(
      panel,
      mine.id,
      {
        store,
        activityLog: new ActivityLog(store, systemClock),
        origins: new Origins(undefined, () => undefined),
        billing: new BillingStore(),
        publicDeadlines: new PublicDeadlines(new FakeMemento(), systemClock),
        clock: systemClock,
        extensionUri: extension.extensionUri,
      },
      mine,
    );
    const last = (): string => sent.at(-1) ?? '';
    await waitFor('the page', () => sent.length > 0);
    assert.doesNotMatch(last(), /Last seen/);
    store.reset({ kind: 'loading' }, 'work');
    list(other);
    assert.match(last(), /The account in use does not list this sandbox/);
    assert.doesNotMatch(last(), /any more/);
    store.reset({ kind: 'loading' }, 'home');
    list(mine, other);
    assert.doesNotMatch(last(), /Last seen/);
    list(other);
    assert.match(last(), /does not list this sandbox any more/);
    page.dispose();
    panel.dispose();
  });
});
