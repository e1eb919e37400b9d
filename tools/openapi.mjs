// npm run openapi: writes the OpenAPI document and the types of the client anew, after a route has changed.
import './lib/node-version.mjs';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ensureReady } from './lib/install.mjs';
import { projectDir, run, say } from './lib/say.mjs';

await run(async () => {
  await ensureReady();
  const document = execFileSync(process.execPath, [path.join(projectDir, 'dist/tools/openapi.js')], {
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  // Not before the packages are there.
  const { clientTypes } = await import('./lib/client-types.mjs');
  write('docs/openapi.json', document);
  write('libs/client/src/schema.ts', await clientTypes(JSON.parse(document)));
  return 0;
});

function write(file, text) {
  const place = path.join(projectDir, file);
  const isNew = !fs.existsSync(place) || fs.readFileSync(place, 'utf8') !== text;
  if (isNew) fs.writeFileSync(place, text);
  say(`${file} ${isNew ? 'written' : 'is as it was'}`);
}
