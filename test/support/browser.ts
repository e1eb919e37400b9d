import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { Browser, chromium, Page } from 'playwright-core';

const { findChromium } = jest.requireActual<{
  findChromium: () => { command: string; env: Record<string, string> };
}>('../../tools/lib/chromium.mjs');

/** A real browser without a window; of its own it talks to nobody. */
export function openBrowser(): Promise<Browser> {
  const { command, env } = findChromium();
  const quiet =
    'disable-gpu disable-quic no-first-run disable-background-networking disable-component-update disable-sync';
  return chromium.launch({
    executablePath: command,
    env: { ...process.env, ...env },
    args: ['--no-sandbox', ...quiet.split(' ').map((name) => `--${name}`)],
  });
}

export interface Site {
  origin: string;
  close: () => void;
}

/** Pages of another origin than the api, each with the program of its name in test/browser/pages. */
export async function startSite(): Promise<Site> {
  const folder = path.join(__dirname, '../browser/pages');
  const { outputFiles } = buildSync({
    entryPoints: ['flags', 'events'].map((name) => path.join(folder, `${name}.ts`)),
    outdir: '/',
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    logLevel: 'error',
  });
  const programs = new Map(outputFiles.map((file) => [path.basename(file.path, '.js'), file.text]));
  const server = createServer(({ url = '/' }, response) => {
    const program = programs.get(url.slice(1));
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    const script = program?.replaceAll('</script', '<\\/script') ?? '';
    response.end(
      `<!doctype html><title>shop</title><link rel="icon" href="data:,"><script>${script}</script>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://localhost:${port}`, close: () => server.close() };
}

/** Requests that a page made of the api, as `POST /path 200`, in the order of their answers. */
export function requestsOf(page: Page, api: string): string[] {
  const lines: string[] = [];
  page.on('response', (response) => {
    const url = new URL(response.url());
    if (url.origin === api) lines.push(`${response.request().method()} ${url.pathname} ${response.status()}`);
  });
  return lines;
}
