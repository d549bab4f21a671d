import { movePointerAway, savePicture } from '../../test/support/window/index';
import type { Panel } from '../../test/ui/support/panel';

/** The themes that pictures are taken in, by the folder below `out/pictures`: a name for VS Code, and the class of its page. */
export const themes: Readonly<Record<string, readonly [name: string, mark: string]>> = {
  dark: ['Dark Modern', 'vs-dark'],
  light: ['Light Modern', 'vs'],
  'hc-dark': ['Default High Contrast', 'hc-black'],
  'hc-light': ['Default High Contrast Light', 'hc-light'],
};

/** Takes pictures of one window. */
export class Camera {
  constructor(
    readonly panel: Panel,
    private readonly folder: string,
  ) {}

  async take(name: string): Promise<void> {
    await savePicture(this.panel.page, this.folder, name);
  }
}

/** A surface or several that follow from each other; when it fails, the others are still taken. */
export type Scene = (camera: Camera) => Promise<void>;

export async function play(
  camera: Camera,
  scenes: Readonly<Record<string, Scene>>,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const [name, scene] of Object.entries(scenes)) {
    try {
      await scene(camera);
    } catch (error) {
      failed.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      await camera.take(`failed-${name}`);
    }
    for (let layer = 0; layer < 3; layer += 1) await camera.panel.page.keyboard.press('Escape');
    await movePointerAway(camera.panel.page);
  }
  return failed;
}
