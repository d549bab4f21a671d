import { movePointerAway, runCommand, TerminalView, webviewPage } from '../../test/support/window/index';
import type { Scene } from './camera';

/** What is done to sandboxes and in them. */
export const sandboxScenes: Readonly<Record<string, Scene>> = {
  cleanUp: async camera => {
    const { panel } = camera;
    const { quick, notifications } = panel;
    await panel.run('Clean Up Sandboxes…');
    await quick.waitFor('Clean Up Sandboxes');
    await camera.take('clean-up-rules');
    await quick.pick('All, to choose from');
    await quick.waitFor('Tick what is to be cleaned up');
    await camera.take('clean-up-preview');
    await panel.page.keyboard.press('Escape');
    await panel.run('Clean Up Sandboxes…');
    await quick.waitFor('Clean Up Sandboxes');
    await quick.type('name:browser-*');
    await quick.item('Those that match "name:browser-*"').waitFor();
    await quick.accept();
    await quick.waitFor('Tick what is to be cleaned up');
    await quick.accept();
    await quick.waitFor('Do what?');
    await camera.take('clean-up-actions');
    await quick.pick('Suspend');
    await notifications.message('About to suspend browser-agent');
    await camera.take('clean-up-countdown');
    await notifications.press('About to suspend browser-agent', 'Cancel');
  },
  details: async camera => {
    const { panel } = camera;
    const { tree, page } = panel;
    await tree.chooseFromContextMenu('api-dev', 'Show Details');
    const details = webviewPage(page);
    await details.getByRole('heading', { level: 1, name: 'api-dev' }).waitFor();
    await movePointerAway(page);
    await camera.take('details');
    await runCommand(page, 'View: Focus First Editor Group');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await camera.take('details-focus');
    await details.locator('section').last().scrollIntoViewIfNeeded();
    await camera.take('details-end');
    await runCommand(page, 'View: Close All Editors');
  },
  create: async camera => {
    const { panel } = camera;
    const { quick } = panel;
    await panel.run('New Sandbox…');
    await quick.waitFor('Enter creates it');
    await camera.take('create');
    await quick.type('web');
    await quick.item("Create 'web'").first().waitFor();
    await camera.take('create-name');
    await quick.type('Memory');
    await quick.item('Memory').first().click();
    await quick.waitFor('Such as 2g');
    await quick.type('900g');
    await camera.take('create-invalid');
    await quick.back();
    await quick.waitFor('Enter creates it');
    await quick.type('Review');
    await quick.item('Review…').or(quick.item('Review')).first().click();
    await quick.waitFor('Copy as curl');
    await camera.take('create-review');
  },
  terminate: async camera => {
    const { tree, page } = camera.panel;
    await tree.chooseFromContextMenu('api-dev', 'Terminate…');
    await camera.panel.dialog.message();
    await camera.take('terminate');
    await page.keyboard.press('Escape');
  },
  terminal: async camera => {
    const { panel } = camera;
    const { page, tree } = panel;
    await tree.select('api-dev');
    await panel.run('Open Terminal');
    const view = new TerminalView(page);
    await view.root.waitFor();
    await view.run('echo "six times seven is $((6*7))"');
    await view.waitFor('six times seven is 42');
    await camera.take('terminal');
    await runCommand(page, 'Terminal: Kill the Active Terminal Instance');
    await panel.notifications.message('goes on without its terminal');
    await tree.expand('api-dev');
    await tree.waitFor('bash');
    await camera.take('terminal-detached');
    await panel.notifications.dismiss('goes on without its terminal');
    await tree.collapse('api-dev');
  },
  run: async camera => {
    const { panel } = camera;
    const { page, tree, quick } = panel;
    await tree.select('api-dev');
    await panel.run('Run Command…');
    await quick.waitFor('Type a command line');
    await camera.take('run-question');
    await quick.type('echo out; echo err >&2; exit 3');
    await quick.accept();
    await new TerminalView(page).waitFor('exit code 3');
    await camera.take('run-output');
    await runCommand(page, 'View: Hide Panel');
  },
  ports: async camera => {
    const { panel } = camera;
    const { tree, page } = panel;
    await tree.expand('api-dev');
    await tree.expand('Ports');
    await tree.waitFor('8080');
    await tree.select('8080');
    await movePointerAway(page);
    await camera.take('ports');
    await tree.collapse('api-dev');
  },
};
