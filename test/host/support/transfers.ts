import { commands, Uri } from 'vscode';
import { commandIds, fileScheme } from '../../../src/manifest';

/** Uploads and downloads of one sandbox, without questions unless `options` say otherwise. */
export class Transfers {
  constructor(private readonly id: string) {}

  at(path: string): Uri {
    return Uri.from({ scheme: fileScheme, authority: this.id, path });
  }

  async upload(folder: string, sources: string | readonly string[], options: object = {}): Promise<void> {
    await commands.executeCommand(commandIds.uploadFiles, this.at(folder), undefined, {
      sources: [sources].flat().map(source => Uri.file(source)),
      mayReplace: true,
      ...options,
    });
  }

  async download(paths: string | readonly string[], folder: string, options: object = {}): Promise<void> {
    const uris = [paths].flat().map(path => this.at(path));
    await commands.executeCommand(commandIds.downloadFiles, uris[0], uris, {
      folder: Uri.file(folder),
      mayReplace: true,
      ...options,
    });
  }
}
