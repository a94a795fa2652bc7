import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file of the page. */
export interface PageAsset {
  readonly type: string;
  readonly text: string;
}

/** The page: its files by the last part of their path. */
export type PageAssets = Readonly<Record<string, PageAsset>>;

const FOLDER = new URL('../page/', import.meta.url);

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Ringback: the local cloud</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_ringback/console/page.css">
<script type="module" src="/_ringback/console/page.js"></script>
</head>
<body><div id="app"><p class="empty">Loading…</p></div><noscript>The console needs JavaScript.</noscript></body>
</html>
`;

/** Loads the page: as the package has it, or bundled from its sources by esbuild, which a clone has. */
export async function loadPage(): Promise<PageAssets> {
  const built = fileURLToPath(new URL('page.bundle.js', FOLDER));
  const script = existsSync(built) ? readFileSync(built, 'utf8') : await bundlePage();
  return {
    'page.html': { type: 'text/html; charset=utf-8', text: HTML },
    'page.css': { type: 'text/css; charset=utf-8', text: readFileSync(new URL('page.css', FOLDER), 'utf8') },
    'page.js': { type: 'text/javascript; charset=utf-8', text: script },
  };
}

/** Bundles the page from its sources. */
export async function bundlePage(): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', FOLDER))],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'eof',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
