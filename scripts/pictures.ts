import { Panel } from '../test/ui/support/panel';
import { signedOutScenes, unreachableScenes } from './pictures/accountScenes';
import { Camera, play, themes } from './pictures/camera';
import { panelScenes } from './pictures/panelScenes';
import { placeScenes, setUpFile } from './pictures/placeScenes';
import { sandboxScenes } from './pictures/sandboxScenes';
import { runMain } from './runMain';

const windows = [
  [
    { ...panelScenes, ...sandboxScenes, ...placeScenes },
    {
      emulator: { sandboxes: 12, timings: { boot: 3_000 } },
      settings: {
        'terminal.integrated.gpuAcceleration': 'off',
        'tensorlake.rates': { perCpuHour: 0.05, perGbMemoryHour: 0.01 },
        'tensorlake.plan.slots': 100,
        'tensorlake.create.setUp': setUpFile,
      },
    },
  ],
  [signedOutScenes, { isSignedIn: false, emulator: { sandboxes: 0 } }],
  [unreachableScenes, { settings: { 'tensorlake.apiUrl': 'http://127.0.0.1:9' } }],
] as const;

/**
 * Takes pictures of every surface in the newest editor, for somebody who looks at them:
 * `out/pictures/<theme>/<surface>.png`. Names of themes on the command line leave the others out.
 */
async function main(): Promise<number> {
  const asked = process.argv.slice(2);
  const failed: string[] = [];
  for (const [folder, [theme, mark]] of Object.entries(themes)) {
    if (asked.length > 0 && !asked.includes(folder)) continue;
    for (const [scenes, options] of windows) {
      const settings = { ...('settings' in options && options.settings), 'workbench.colorTheme': theme };
      const panel = await Panel.open({ ...options, settings });
      try {
        await panel.page.locator(`.monaco-workbench.${mark}`).waitFor();
        failed.push(...(await play(new Camera(panel, folder), scenes)).map(each => `${folder}: ${each}`));
      } finally {
        await panel.close();
      }
    }
  }
  for (const each of failed) console.error(each);
  return failed.length;
}

runMain(main);
