import { Uri, env, type Webview } from 'vscode';

/** The folder of the page's files. */
export function mediaFolder(extensionUri: Uri): Uri {
  return Uri.joinPath(extensionUri, 'media');
}

/**
 * The empty page, which media/details.js fills. It may load its script and its style sheet and nothing else: no inline
 * script or style, no image, no frame, no request.
 */
export function shellHtml(webview: Webview, extensionUri: Uri, sandboxId: string): string {
  const nonce = crypto.randomUUID();
  const file = (name: string): string =>
    escapeAttribute(webview.asWebviewUri(Uri.joinPath(mediaFolder(extensionUri), name)).toString());
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" nonce="${nonce}" href="${file('details.css')}">
</head>
<body>
<main id="page" tabindex="-1" data-sandbox-id="${escapeAttribute(sandboxId)}"></main>
<p id="live" class="unseen" role="status" aria-live="polite"></p>
<script nonce="${nonce}" src="${file('details.js')}"></script>
</body>
</html>`;
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
